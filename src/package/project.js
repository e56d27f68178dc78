import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What every package tells of the project. Its version is in `package.json` alone. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "../..");
export const PROJECT = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
export const BUILT = join(ROOT, "dist");

/** When this state of the sources was committed, in seconds: the time of every file in a package. */
export const EPOCH = Number(
  process.env.SOURCE_DATE_EPOCH ??
    execFileSync("git", ["log", "-1", "--format=%ct"], { cwd: ROOT, encoding: "utf8" }),
);

/** The sum of every package in the lock file, by `name@version`. */
export function findLockedSums() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8"));
  return new Map(
    Object.entries(packages).map(([path, { version, integrity }]) => [
      `${path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length)}@${version}`,
      integrity,
    ]),
  );
}
