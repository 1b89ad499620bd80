import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..");

function cruise(directory: string, ...paths: string[]): string {
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, "node_modules/.bin/depcruise"), "--config", ".dependency-cruiser.cjs", ...paths], {
    cwd: directory,
    encoding: "utf8",
  });
  return `${stdout}${stderr}`;
}

describe("the rooms", () => {
  test("import one way, no barrel, and no cdktf where there should be plain data", () => {
    expect(cruise(root, "main.ts", "lib", "stacks")).toContain("no dependency violations found");
  });

  test("are really watched: a wall that is broken on purpose is seen", () => {
    const directory = mkdtempSync(join(tmpdir(), "phaseline-rooms-"));
    try {
      cpSync(join(root, ".dependency-cruiser.cjs"), join(directory, ".dependency-cruiser.cjs"));
      symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
      for (const room of ["blueprint", "render"]) mkdirSync(join(directory, "lib", room), { recursive: true });
      writeFileSync(join(directory, "lib/blueprint/blueprint.ts"), "export interface Blueprint {}\n");
      writeFileSync(
        join(directory, "lib/render/wall.ts"),
        'import type { Blueprint } from "../blueprint/blueprint";\nimport { App } from "cdktf";\nimport { eksCluster } from "@cdktf/provider-aws";\nexport type Broken = Blueprint | App | typeof eksCluster;\n',
      );
      const output = cruise(directory, "lib");
      for (const rule of ["lib/render imports one way", "plain rooms know nothing of cdktf", "no provider barrel"]) expect(output).toContain(rule);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
