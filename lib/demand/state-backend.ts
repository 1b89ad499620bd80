import { capability, stated } from "./capability";

export interface StateBackendParameters {
  readonly backend?: "s3";
  readonly locking?: true;
}

/** Where Terraform remembers what it made: an S3 bucket with a lock. */
export const stateBackend = capability<StateBackendParameters>()({
  id: "state-backend",
  title: "State backend",
  names: [
    /\bterraform (?:remote )?state\b/, /\bremote (?:terraform )?state\b(?! is (?:fetched|cached|synced))/, /\bstate (?:lock(?:ing)?|backend|file backend|isolation|bucket)\b/, /\bs3 (?:remote )?backend\b/, /\bremote backend\b/, /\bbackend s3\b/, /\bterraform backend\b/, /\bterraform\b[^.;]{0,40}\bstate management\b/, /\block ?file\b[^.;]{0,20}\bs3\b/,
    /\bstate files? (?:\w+ )?(?:stored|kept|is|are|shall|must)\b[^.;]{0,20}\b(?:remote\w*|s3|encrypt\w*)\b/,
  ],
  hints: [],
  otherSenses: [/\b(?:react query|redux|zustand|tanstack|swr)\b/],
  read: (text) => stated<StateBackendParameters>({ backend: /\bs3\b/.test(text) ? "s3" : undefined, locking: /\block/.test(text) ? true : undefined }),
  keys: { backend: ["s3"], locking: "boolean" },
  examples: [{ text: "Terraform state stored in S3 with locking", parameters: { backend: "s3", locking: true } }],
});
