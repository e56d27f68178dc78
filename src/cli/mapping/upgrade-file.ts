import { basename, dirname, join } from "node:path";
import { diffLines } from "../../base/line-diff.ts";
import { rewriteFile } from "../../base/replace-file.ts";
import type { MappingSource } from "../../mapping/source/open.ts";
import { newestVersion } from "../../mapping/source/steps.ts";
import { upgradeMapping } from "../../mapping/upgrade.ts";
import { print, style } from "../terminal.ts";

interface UpgradeOptions {
  /** Only shows what would change. */
  readonly dryRun?: true | undefined;
}

/**
 * Writes the files of a mapping in the words of the newest version, comments and all, and prints what changes. Each file is
 * replaced in one step, the mapping itself last. Gives the files that changed; rejects with the system's error.
 */
export async function upgradeFile(
  file: string,
  source: MappingSource,
  { dryRun }: UpgradeOptions,
): Promise<readonly string[]> {
  const changed = upgradeMapping(source);
  const paths: string[] = [];
  for (const { name, before, after } of changed) {
    const path = name === undefined ? file : join(dirname(file), name);
    paths.push(path);
    print(style("bold", path));
    for (const { how, line, text } of diffLines(before, after))
      print(how === "removed" ? style("red", `${line} - ${text}`) : style("green", `${line} + ${text}`));
    if (dryRun !== true) await rewriteFile(path, after);
  }
  if (paths.length === 0) print(`${basename(file)} is written in version ${newestVersion} already`);
  else if (dryRun === true) print("nothing was written: --dry-run");
  else print(`written in version ${newestVersion}`);
  return paths;
}
