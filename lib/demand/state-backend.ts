import { capability, refused, stated } from "./capability";

export interface StateBackendParameters {
  readonly backend?: "s3";
  readonly locking?: true;
  /** Terraform's own way to have several states of one configuration. */
  readonly workspaces?: true;
}

/** A backend's configuration in Terraform's words. */
interface Backend {
  readonly bucket?: string;
  readonly key?: string;
  readonly encrypt?: boolean;
  readonly kms_key_id?: string;
  readonly use_lockfile?: boolean;
}

/** Where Terraform remembers what it made: an S3 bucket with a lock. */
export const stateBackend = capability<StateBackendParameters>()({
  id: "state-backend",
  title: "State backend",
  names: [
    /\bseparat\w* (?:terraform )?state\b/, 
    /\b(?:backend|s3|dynamodb|bootstrap|bucket)\b[^.;]{0,80}\bstate (?:management|storage|locking)\b/,
    /\bterraform (?:remote )?state\b/, /\bremote (?:terraform )?state\b(?! is (?:fetched|cached|synced))/, /\bstate (?:lock(?:ing)?|backend|file backend|isolation|bucket)\b/, /\bs3 (?:remote )?backend\b/, /\bremote backend\b/, /\bbackend s3\b/, /\bterraform backend\b/, /\bterraform\b[^.;]{0,80}\bstate (?:management|storage)\b/, /\b(?:dynamodb|lock(?:ing)?) table for (?:terraform |state )?(?:state|lock\w*)\b/, /\b(?:opentofu|tofu|pulumi) state\b/, /\btf ?state\b(?= (?:files? )?(?:is|are|in|on|stored|kept|bucket|lock\w*|backend)\b)/, /\bestado (?:remoto )?d[eo] terraform\b|\betat (?:distant )?(?:de )?terraform\b|\bterraform-(?:state|zustand)\b/, /\block ?file\b[^.;]{0,20}\bs3\b/,
    /\bstate files? (?:in|on) (?:an? )?(?:s3|remote|encrypted)\b/, /\bstate files? (?:\w+ )?(?:stored|kept|is|are|shall|must)\b[^.;]{0,20}\b(?:remote\w*|s3|encrypt\w*)\b/,
  ],
  hints: [],
  otherSenses: [/\b(?:react query|redux|zustand|tanstack|swr)\b/],
  read: (text) => stated<StateBackendParameters>({ backend: /\bs3\b/.test(text) ? "s3" : undefined, locking: /\block/.test(text) ? true : undefined, workspaces: /\bworkspaces?\b/.test(text) ? true : undefined }),
  keys: { backend: ["s3"], locking: "boolean", workspaces: "boolean" },
  prove: ({ locking, workspaces }, evidence) => {
    const wanted = `Terraform's states in a private, versioned, encrypted S3 bucket${locking === true ? ", locked" : ""}`;
    if (workspaces === true) return refused(wanted, 'no workspaces: each environment has stacks and states of its own; write "Separate staging and production environments" and "Terraform state in S3 with locking"');
    const backends = Object.entries(evidence.synthesized.stacks).map(([stack, { terraform }]) => ({ stack, s3: (terraform as { backend?: { s3?: Backend } } | undefined)?.backend?.s3 }));
    const [used] = backends.flatMap(({ s3 }) => s3 ?? []);
    const made = evidence.resources("aws_s3_bucket").find((candidate) => candidate.get("bucket") === used?.bucket || candidate.id === "state");
    // The stack that makes the bucket cannot keep its own state there before it has made it.
    const others = backends.filter(({ stack, s3 }) => stack !== made?.stack || s3 !== undefined);
    const elsewhere = others.filter(({ s3 }) => s3?.bucket !== (made?.get("bucket") ?? used?.bucket)).map(({ stack }) => stack);
    const inBucket = others.flatMap(({ s3 }) => s3 ?? []);
    const of = (type: string) => evidence.resources(type).find((resource) => resource.refersTo(made, "bucket"));
    const [versioning, encryption, access, policy] = ["aws_s3_bucket_versioning", "aws_s3_bucket_server_side_encryption_configuration", "aws_s3_bucket_public_access_block", "aws_s3_bucket_policy"].map(of);
    const key = evidence.resources("aws_kms_key").find((candidate) => encryption?.refersTo(candidate));
    const closed = ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
    const keys = inBucket.map((s3) => s3.key);
    const name = String(made?.get("bucket") ?? used?.bucket);
    return {
      wanted,
      found: `${made ? "private, versioned, encrypted bucket" : "bucket of yours,"} "${name}", a state of its own for each stack, locked by a file beside it, which needs no DynamoDB table`,
      resources: [made, versioning, encryption, access, policy, key],
      unless: {
        "no S3 bucket for states": used !== undefined || made !== undefined,
        [`the state of ${elsewhere.join(" and of ")} lies elsewhere`]: elsewhere.length === 0,
        "no lock": inBucket.every((s3) => s3.use_lockfile === true),
        "states are sent in clear": inBucket.every((s3) => s3.encrypt === true && (!made || s3.kms_key_id !== undefined)),
        "two stacks share a state": new Set(keys).size === keys.length,
        "the bucket is not versioned": !made || versioning?.get("versioning_configuration.status") === "Enabled",
        "the bucket is not encrypted by a key": !made || (encryption?.get("rule.apply_server_side_encryption_by_default.sse_algorithm") === "aws:kms" && key?.get("enable_key_rotation") === true),
        "the bucket may be made public": !made || closed.every((argument) => access?.get(argument) === true),
        "the bucket takes requests in clear": !made || evidence.data("aws_iam_policy_document").some((document) => policy?.refersTo(document) && document.list("statement").some(({ effect, condition }) => effect === "Deny" && JSON.stringify(condition).includes("aws:SecureTransport"))),
        "Terraform may destroy it": [made, made && key].every((resource) => resource === undefined || resource.get("lifecycle.prevent_destroy") === true),
      },
    };
  },
  examples: [{ text: "Terraform state stored in S3 with locking", parameters: { backend: "s3", locking: true } }],
});
