import { join } from "node:path";
import { isTooShortToHide, rememberSecret } from "../base/redact.ts";
import { readTextFile } from "../base/text-file.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { type NamedSecret, secretNamesOf } from "./secret-names.ts";

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

/** A sentence about each secret that is there and too short to be kept out of logs; never the secret. */
export function warnAboutSecrets(mapping: Mapping): readonly string[] {
  return secretNamesOf(mapping).flatMap((named) => tellIfShort(named) ?? []);
}

/** Nothing for a secret that can be hidden, or that is not there. */
export function tellIfShort({ name, purpose }: NamedSecret): string | undefined {
  const secret = readSecret(name);
  if (secret === undefined || secret === "" || !isTooShortToHide(secret)) return undefined;
  return `${name} (${purpose}) is too short to be hidden in logs`;
}

/** What to do about it. */
export const CHOOSE_LONGER = "choose one of at least 6 characters";

/** The longest secret is an address. */
const MOST_BYTES = 65_536;

function readTrimmed(path: string): string | undefined {
  const read = readTextFile(path, MOST_BYTES);
  return read.ok ? read.value.replace(/\r?\n$/, "") : undefined;
}
