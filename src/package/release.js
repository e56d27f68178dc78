import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { BUILT, PROJECT, ROOT } from "./project.js";

/*
 * Makes a release from a tag alone: a fresh clone, the locked packages, the build, every package and its papers. Whoever
 * does it again from the same tag, with the same versions of Debian's tools, gets the same bytes.
 * usage: npm run release [-- --tag v1.2.3] [--out FOLDER]
 */

const { values } = parseArgs({
  options: {
    tag: { type: "string", default: `v${PROJECT.version}` },
    out: { type: "string", default: join(BUILT, "release") },
    fast: { type: "boolean", default: false },
  },
});
const work = mkdtempSync(join(tmpdir(), "valt-release-"));
const clone = join(work, "source");
const run = (program, words, cwd = clone) =>
  execFileSync(program, words, { cwd, stdio: ["ignore", "inherit", "inherit"] });
try {
  run("git", ["clone", "--quiet", "--no-checkout", ROOT, clone], work);
  run("git", ["checkout", "--quiet", "--detach", values.tag]);
  run("npm", ["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]);
  run("npm", ["run", "--silent", "build"]);
  const how = values.fast ? ["--fast"] : [];
  run(process.execPath, ["src/package/package.js", "release", "--out", values.out, ...how]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
