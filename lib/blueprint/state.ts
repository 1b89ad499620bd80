import { createHash } from "node:crypto";
import { choice, type Asked } from "./asked";
import type { Chosen, StateChoice } from "./blueprint";

/** Where Terraform keeps what it knows: where a criterion asks for it, or the settings name a bucket, in S3; otherwise beside the project. */
export function chooseState(asked: Asked): Chosen<StateChoice> | undefined {
  const { project, environment, repository, region, state } = asked.settings;
  const because = asked.because("state-backend");
  const bucket = state.bucket ?? bucketName(project, environment, repository);
  return choice(because.length > 0 || state.bucket !== undefined, because, () => ({
    bucket,
    region: state.region ?? region,
    prefix: state.prefix ?? project,
    ...(state.bucket === undefined
      ? { kmsKeyId: `alias/${project}-${environment}-state`, made: state.bootstrapped ? ("before" as const) : ("now" as const) }
      : { ...(state.kmsKeyId === undefined ? {} : { kmsKeyId: state.kmsKeyId }), made: "elsewhere" as const }),
  }));
}

/**
 * A backend takes no references, so the name is decided here. Bucket names are the world's: the hash of the repository makes it one that nobody else has,
 * and that is the same on every machine.
 */
function bucketName(project: string, environment: string, repository: string): string {
  const hash = createHash("sha256").update(JSON.stringify([repository, project, environment])).digest("hex").slice(0, 12);
  return `${`${project}-${environment}`.slice(0, 40)}-state-${hash}`;
}
