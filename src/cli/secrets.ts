import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rememberSecret } from "../base/redact.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { secretNamesOf } from "./secret-names.ts";

/**
 * A secret by its name: the variable `NAME`, the file that `NAME_FILE` names, or the systemd credential
 * `name-in-small-letters`. Whatever was read once is overwritten in every text that is redacted.
 */
export function readSecret(name: string): string | undefined {
  const secret = findSecret(name);
  if (secret !== undefined) rememberSecret(secret);
  return secret;
}

function findSecret(name: string): string | undefined {
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
  return secretNamesOf(mapping).flatMap(({ name }) => readSecret(name) ?? []);
}

function readTrimmed(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch {
    return undefined;
  }
}
