import { accessSync, constants, statSync } from "node:fs";
import type { Mapping } from "../../mapping/mapping.ts";
import {
  CHOOSE_LONGER,
  credentialName,
  findSecret,
  type NamedSecret,
  secretNamesOf,
  tellIfShort,
} from "../mapping/secrets.ts";
import { type Finding, failed, fine, warn } from "./finding.ts";

/** Whether every secret that the mapping names is there; never what it is. */
export function examineSecrets(mapping: Mapping): readonly Finding[] {
  return secretNamesOf(mapping).map(examineSecret);
}

function examineSecret({ name, purpose }: NamedSecret): Finding {
  const about = "secret";
  const found = findSecret(name);
  const file = process.env[`${name}_FILE`];
  if (!found.ok) return failed(about, `${name} (${purpose}) is missing: ${found.failure}`, howToGive(name));
  if (file !== undefined && isReadByAll(file)) {
    const text = `${name} (${purpose}) is in ${file}, which every account of this machine can read`;
    return warn(about, text, `chmod 600 ${file}, owned by the account that runs the bridge`);
  }
  const tooShort = tellIfShort({ name, purpose });
  return tooShort === undefined
    ? fine(about, `${name} (${purpose}) is there`)
    : warn(about, tooShort, CHOOSE_LONGER);
}

function howToGive(name: string): string {
  const credential = credentialName(name);
  return `set the variable ${name}; or ${name}_FILE to the name of a file with it; or in a systemd unit LoadCredential=${credential}:<file>, which only the service itself sees ("valt-bridge service" tells how to ask as the service)`;
}

function isReadByAll(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return (statSync(file).mode & 0o004) !== 0;
  } catch {
    return false;
  }
}
