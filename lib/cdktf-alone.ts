import { createRequire } from "node:module";

/**
 * Loads cdktf without its packer of zip archives, which is more than half of its modules and of the time they take. cdktf calls it in processes of
 * their own only (`archiveSync` starts one), so that it would be loaded here for nothing. Whoever else asks for it gets it.
 */
function loadAlone(): void {
  const ofCdktf = createRequire(require.resolve("cdktf"));
  let path: string;
  try {
    path = ofCdktf.resolve("archiver");
  } catch {
    return;
  }
  if (require.cache[path]) return;
  const archiver = (...given: unknown[]): unknown => (ofCdktf("archiver") as (...given: unknown[]) => unknown)(...given);
  require.cache[path] = { id: path, filename: path, loaded: true, exports: archiver } as NodeJS.Module;
  try {
    require("cdktf");
  } finally {
    delete require.cache[path];
  }
}

loadAlone();
