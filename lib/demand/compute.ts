import { capability, stated } from "./capability";
import { countOf, instanceTypes, sizes, inGb } from "./quantities";

export interface ComputeParameters {
  readonly instances?: number;
  readonly instanceType?: string;
  readonly storageGb?: number;
}

/** Virtual machines: EC2 instances, launch templates. */
export const compute = capability<ComputeParameters>()({
  id: "compute",
  title: "Compute",
  names: [/\bec2\b/, /\blaunch templates?\b/, /\bimdsv?2\b/, /\binstance metadata service\b/, /\bgpu instances?\b/, /\bspot instances?\b/, /\bamazon linux(?: 2023)?\b/, /\bal2023\b/, /\bami\b/, /\b(?:graviton|arm64 instances?)\b/, /\bvirtual machines?\b/, /\bservers? (?:are |is )?provisioned\b/, /\bprovision\w* (?:an? |the |two |three |\d+ )?(?:production |staging |application |web |linux |virtual )servers?\b/, /(?<!db\.|cache\.)\b(?:t[234][ag]?|m[567]\w?|c[567]\w?|r[567]\w?|g[456]\w*|p[345]\w*)\.(?:nano|micro|small|medium|large|\d*xlarge)\b/],
  hints: [/\bebs\b/, /\bgp[23]\b/, /\bvms?\b/, /\b(?:virtual|application|app|web) servers?\b/, /\binstance types?\b/],
  read: (text) => {
    const disk = sizes(text).find(({ value }) => value.unit.startsWith("g") || value.unit.startsWith("t"));
    return stated<ComputeParameters>({
      instances: countOf(text, "ec2 instances?|instances?|ec2s?|servers?|vms?"),
      instanceType: instanceTypes(text).find(({ value }) => !/^(?:db|cache)\./.test(value))?.value,
      storageGb: disk && /ebs|gp[23]|volume|disk|storage/.test(text) ? inGb(disk.value) : undefined,
    });
  },
  keys: { instances: "number", instanceType: "string", storageGb: "number" },
  examples: [
    { text: "Launch a single EC2 instance of type t3.micro", parameters: { instances: 1, instanceType: "t3.micro" } },
    { text: "EC2 instances SHALL use IMDSv2 only", parameters: {} },
  ],
});
