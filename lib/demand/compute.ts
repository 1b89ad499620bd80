import { agrees, capability, type Claim, stated } from "./capability";
import { countOf, instanceTypes, sizes, inGb } from "./quantities";
import type { Resource } from "./synthesized";

export interface ComputeParameters {
  readonly instances?: number;
  readonly instanceType?: string;
  readonly storageGb?: number;
}

/** Virtual machines: EC2 instances, launch templates. */
export const compute = capability<ComputeParameters>()({
  id: "compute",
  title: "Compute",
  names: [
    /\bec2\b/, /\blaunch templates?\b/, /\bimdsv?2\b/, /\binstance metadata service\b/, /\bgpu instances?\b/, /\bspot instances?\b/, /\bamazon linux(?: 2023)?\b/, /\bal2023\b/, /\bami\b/, /\b(?:graviton|arm64 instances?)\b/, /\bvirtual machines?\b/, /\bservers? (?:are |is )?provisioned\b/, /\bprovision\w* (?:an? |the |two |three |\d+ )?(?:production |staging |application |web |linux |virtual )servers?\b/, /(?<!db\.|cache\.)\b(?:t[234][ag]?|m[567]\w?|c[567]\w?|r[567]\w?|g[456]\w*|p[345]\w*)\.(?:nano|micro|small|medium|large|\d*xlarge)\b/,
    /\broot (?:volume|disk|device)s?\b/, /\buser[- ]data (?:script|installs?|bootstraps?|runs?)\b/, /\bcloud-init\b/, /\baws batch\b/, /\barm(?:64)?-based (?:instances?|servers?|nodes?|machines?)\b/, /\b(?:servers?|machines?|vms?|hosts?|instances?) (?:ha[sv]e?|with) [^.;]{0,20}\bv?cpus?\b/, /\bgp[23] (?:ebs )?volumes?\b|\bebs volumes? (?:use|are|of type|with) gp[23]\b/, /\b(?:ubuntu|debian|rhel|rocky linux|centos|windows) (?:\d[\d.]* )?(?:lts )?(?:servers?|vms?|instances?|hosts?|machines?)\b/, /\b(?:bare[- ]metal|dedicated) (?:hosts?|servers?|instances?)\b/, /\bvirtuelle\w? maschinen?\b/, /\bmachines? virtuelles?\b/, /\bmaquinas? virtua(?:l|is|les)\b/, /仮想マシン|虚拟机|虛擬機|가상 ?머신/, /\bec2-?instanz\w*/,
  ],
  hints: [/\bebs\b/, /\bgp[23]\b/, /\bvms?\b/, /\b(?:virtual|application|app|web) servers?\b/, /\binstance types?\b/, /\b(?:single|one|small) (?:small |linux |virtual )?server\b/],
  read: (text) => {
    const disk = sizes(text).find(({ value }) => value.unit.startsWith("g") || value.unit.startsWith("t"));
    return stated<ComputeParameters>({
      instances: countOf(text, "ec2 instances?|instances?|ec2s?|servers?|vms?|machines?|hosts?"),
      instanceType: instanceTypes(text).find(({ value }) => !/^(?:db|cache)\./.test(value))?.value,
      storageGb: disk && /ebs|gp[23]|volume|disk|storage/.test(text) ? inGb(disk.value) : undefined,
    });
  },
  keys: { instances: "number", instanceType: "string", storageGb: "number" },
  prove: ({ instances, instanceType, storageGb }, evidence) => {
    const [fleet, server, [group]] = [evidence.fleet(), evidence.server(), evidence.nodeGroups()];
    const machines = (of: string, machine: Resource | undefined, template: Resource | undefined, disk: string): Claim["unless"] => ({
      [`no ${of}`]: machine !== undefined,
      "no launch template": !machine || template !== undefined,
      "IMDSv2 is not required": !template || template.get("metadata_options.http_tokens") === "required",
      "its disk is not encrypted": !template || String(template.get(`${disk}.encrypted`)) === "true",
      "another instance type": !template || agrees(instanceType, template.get("instance_type")),
      [`a disk of ${String(template?.get(`${disk}.volume_size`))} GB`]: !template || agrees(storageGb, template.get(`${disk}.volume_size`)),
    });
    const many = (instances ?? 0) > 1;
    const ofFleet: Claim = {
      wanted: `${many ? `${instances} EC2 instances` : "EC2 instances"} with IMDSv2 in an Auto Scaling group`,
      found: `Auto Scaling group of ${String(fleet?.get("desired_capacity"))} instances, IMDSv2 only`,
      resources: [fleet, evidence.templateOf(fleet)],
      unless: {
        ...machines("Auto Scaling group", fleet, evidence.templateOf(fleet), "block_device_mappings.ebs"),
        [`${String(fleet?.get("desired_capacity"))} instances`]: !fleet || !many || agrees(instances, fleet.get("desired_capacity")),
      },
    };
    const ofServer: Claim = {
      wanted: `${instances === 1 ? "one EC2 instance" : "an EC2 instance"} with IMDSv2 and an encrypted disk`,
      found: `EC2 instance ${String(server?.get("instance_type"))}, IMDSv2 only, encrypted`,
      resources: [server],
      unless: machines("EC2 instance", server, server, "root_block_device"),
    };
    const ofNodes: Claim = {
      wanted: "EC2 instances with IMDSv2 in a node group",
      found: `node group "${String(group?.get("node_group_name"))}", IMDSv2 only, encrypted`,
      resources: [group, evidence.templateOf(group)],
      unless: machines("node group", group, evidence.templateOf(group), "block_device_mappings.ebs"),
    };
    return many ? ofFleet : instances === 1 ? ofServer : [ofServer, ofFleet, ofNodes];
  },
  examples: [
    { text: "Launch a single EC2 instance of type t3.micro", parameters: { instances: 1, instanceType: "t3.micro" } },
    { text: "EC2 instances SHALL use IMDSv2 only", parameters: {} },
  ],
});
