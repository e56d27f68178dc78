import { writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { credentialName, readSecret } from "../mapping/secrets.ts";

/** Where the password of a new mapping is. */
export interface KeptPassword {
  /** The file with it, where one was written. */
  readonly passwordFile: string | undefined;
  /** The variable that the mapping names. */
  readonly passwordFrom: string;
}

/** The file beside the mapping that a password is kept in. */
export function passwordFileOf(mappingFile: string, passwordFrom: string): string {
  return join(dirname(mappingFile), credentialName(passwordFrom));
}

/** Writes the password for this account alone. Throws when the file exists or cannot be written. */
export function writePassword(file: string, password: string): void {
  writeFileSync(file, `${password}\n`, { flag: "wx", mode: 0o600 });
}

/**
 * The commands that come after a mapping was written. `not-kept`: what this process knows of the password is not known to the
 * next one.
 */
export function tellNext(
  file: string,
  { passwordFile, passwordFrom }: KeptPassword,
  known: "in-environment" | "not-kept" = "in-environment",
): readonly string[] {
  const shown = shortPath(file);
  const variable = passwordFile === undefined ? "" : `${passwordFrom}_FILE=${shortPath(passwordFile)} `;
  const isMissing = variable === "" && (known === "not-kept" || readSecret(passwordFrom) === undefined);
  return [
    ...(isMissing ? [`export ${passwordFrom}=…   (the password)`] : []),
    `${variable}valt-bridge run ${shown}`,
    `valt-bridge service ${shown}   (to start it with the machine)`,
  ];
}

/** From the current folder, where the file is below it. */
export function shortPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path === "" || path.startsWith("..") ? file : path;
}
