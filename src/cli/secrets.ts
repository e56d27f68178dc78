import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Mapping } from "../mapping/mapping.ts";

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

/** Every secret that a mapping refers to, to keep it out of what is written. */
export function secretsOf(mapping: Mapping): readonly string[] {
  const devices = [...mapping.devices.values()];
  const names = [
    mapping.server.passwordFrom,
    mapping.alarms.webhookFrom,
    ...devices.flatMap(({ link, pin }) => [link?.passcodeFrom, pin?.pinFrom]),
  ];
  return names.flatMap((name) => (name === undefined ? [] : (readSecret(name) ?? [])));
}

function readTrimmed(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch {
    return undefined;
  }
}
