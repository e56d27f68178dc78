import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A secret by its name: the variable `NAME`, the file that `NAME_FILE` names, or the systemd credential
 * `name-in-small-letters`.
 */
export function readSecret(name: string): string | undefined {
  const direct = process.env[name];
  if (direct !== undefined && direct !== "") return direct;
  const file = process.env[`${name}_FILE`];
  if (file !== undefined) return readTrimmed(file);
  const credentials = process.env.CREDENTIALS_DIRECTORY;
  if (credentials === undefined) return undefined;
  return readTrimmed(join(credentials, name.toLowerCase().replaceAll("_", "-")));
}

function readTrimmed(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch {
    return undefined;
  }
}
