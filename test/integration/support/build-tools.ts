import { existsSync } from "node:fs";
import { join } from "node:path";
import { setup, SHARED } from "./shared";

/** Builds the tools that are there and not built yet: one process may, several at once must not. */
export default function buildTools(): void {
  for (const tool of ["terraform", "kubernetes"] as const) if (existsSync(join(SHARED, tool, "setup"))) setup(tool);
}
