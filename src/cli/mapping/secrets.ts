import { join } from "node:path";
import { keepNewest } from "../../base/memory.ts";
import { isTooShortToHide, rememberSecret } from "../../base/redact.ts";
import { fail, type Result, succeed } from "../../base/result.ts";
import { readTextFile } from "../../base/text-file.ts";
import type { Mapping } from "../../mapping/mapping.ts";

/**
 * A secret by its name: the variable `NAME`, the file that `NAME_FILE` names, or the systemd credential
 * `name-in-small-letters` or `secret_name-in-small-letters`. Whatever was read once is overwritten in every text that is redacted.
 */
export function readSecret(name: string): string | undefined {
  const found = findSecret(name);
  return found.ok ? found.value : undefined;
}

/** The same; where there is none, what is missing, in words that follow on "no password: ". Never the secret. */
export function findSecret(name: string): Result<string, string> {
  const found = seek(name);
  if (found.ok) {
    rememberSecret(found.value);
    seen.delete(found.value);
    seen.add(found.value);
    keepNewest(seen, MOST_SECRETS);
  }
  return found;
}

/** Far more than mappings name; the newest are the ones in use. */
const MOST_SECRETS = 100;
const seen = new Set<string>();

/** Every secret that this process has read: what was written under an old one may still be said. */
export function secretsSoFar(): readonly string[] {
  return [...seen];
}

function seek(name: string): Result<string, string> {
  const direct = process.env[name];
  if (direct !== undefined && direct !== "") return succeed(direct);
  const file = process.env[`${name}_FILE`];
  if (file !== undefined) return readTrimmed(file);
  const credentials = process.env.CREDENTIALS_DIRECTORY;
  if (credentials === undefined) return fail(`neither ${name} nor ${name}_FILE is set`);
  const own = readTrimmed(join(credentials, credentialName(name)));
  if (own.ok) return own;
  const inFolder = readTrimmed(join(credentials, `${FOLDER_OF_SECRETS}_${credentialName(name)}`));
  return inFolder.ok ? inFolder : fail(`${name} is not set, and ${own.failure}`);
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
  if (secret === undefined || !isTooShortToHide(secret)) return undefined;
  return `${name} (${purpose}) is too short to be hidden in logs`;
}

/** What to do about it. */
export const CHOOSE_LONGER = "choose one of at least 6 characters";

/**
 * systemd gives a credential of a whole folder to each file in it, under `<name>_<file>` (systemd.exec(5), LoadCredential=): so the
 * Debian package's unit hands over the secrets of any mapping.
 */
const FOLDER_OF_SECRETS = "secret";

/** The longest secret is an address. */
const MOST_BYTES = 65_536;

/** As editors of any system leave it: with a line end, and with a byte order mark or without. */
function readTrimmed(path: string): Result<string, string> {
  const read = readTextFile(path, MOST_BYTES);
  if (!read.ok) return fail(`${path} ${explainFault(read.failure.what)}`);
  const text = read.value.replace(/\r?\n$/, "");
  return text === "" ? fail(`${path} is empty`) : succeed(text);
}

function explainFault(what: string): string {
  const known = FAULTS.find(([code]) => what.includes(code));
  return known?.[1] ?? what;
}

/** The system's codes in words. */
const FAULTS = [
  ["ENOENT", "is not there"],
  ["EACCES", "may not be read by this account"],
  ["EISDIR", "is a folder"],
] as const;

/** A secret that a mapping names, and what it is for. */
export interface NamedSecret {
  /** The environment variable. */
  readonly name: string;
  readonly purpose: string;
}

/** Each once, in the order of the mapping, the servers' passwords first. */
export function secretNamesOf({ servers, devices, alarms }: Mapping): readonly NamedSecret[] {
  const named: NamedSecret[] = [...servers.values()].map(({ passwordFrom, username }) => ({
    name: passwordFrom,
    purpose: `the password of ${username}`,
  }));
  for (const { id, link, pin } of devices.values()) {
    if (link?.passcodeFrom !== undefined)
      named.push({ name: link.passcodeFrom, purpose: `the passcode of "${id}"` });
    if (pin !== undefined) named.push({ name: pin.pinFrom, purpose: `the PIN of "${id}"` });
  }
  if (alarms.webhookFrom !== undefined)
    named.push({ name: alarms.webhookFrom, purpose: "the address that alarms are posted to" });
  return named.filter(({ name }, index) => named.findIndex((other) => other.name === name) === index);
}

/** What `readSecret` looks for in the folder of the service manager's credentials. */
export function credentialName(name: string): string {
  return name.toLowerCase().replaceAll("_", "-");
}
