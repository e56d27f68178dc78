import { statSync } from "node:fs";

/**
 * Why others could put something into the folder, in words that follow on its name; nothing where only `owners` can. A
 * system without such owners, as Windows, is not judged.
 */
export function findIntruder(
  folder: string,
  owners: "us-or-root" | "anyone" = "us-or-root",
): string | undefined {
  const own = process.geteuid?.();
  if (own === undefined) return undefined;
  const stats = statSync(folder, { throwIfNoEntry: false });
  if (stats === undefined) return "is not there";
  if (!stats.isDirectory()) return "is no folder";
  if (owners === "us-or-root" && stats.uid !== own && stats.uid !== 0) return "belongs to another account";
  return (stats.mode & WRITTEN_BY_OTHERS) === 0 ? undefined : "can be written to by other accounts";
}

const WRITTEN_BY_OTHERS = 0o022;
