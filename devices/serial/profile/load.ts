import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fail, type Result, readTextFile, succeed } from "../../../src/driver/contract.ts";
import { shippedFolder, shippedProfileIds } from "../../../src/driver/shipped-profiles.ts";
import { LONGEST_PROFILE, type ProfileValues, parseProfile } from "./parse.ts";
import type { Profile } from "./profile.ts";

interface ProfilePlace {
  /** Where the mapping lies, for profiles of one's own; absent without a file. */
  readonly folder: string | undefined;
  readonly values: ProfileValues;
}

/** Reads a profile: the id of one that is shipped, or a file beside the mapping such as `./my-box.json`. */
export function loadProfile(name: string, { folder, values }: ProfilePlace): Result<Profile, string> {
  const text = readProfile(name, folder);
  return text.ok ? parseProfile(text.value, name, values) : text;
}

/** All that are shipped, with the values that they take by themselves. */
export function listProfiles(): readonly Profile[] {
  return shippedProfileIds("serial").flatMap((id) => {
    const loaded = loadProfile(id, { folder: undefined, values: {} });
    return loaded.ok ? [loaded.value] : [];
  });
}

/** The text of a profile, by its id or as a file beside the mapping. */
export function readProfile(name: string, folder: string | undefined): Result<string, string> {
  return /[/\\]|\.jsonc?$/.test(name) ? readOwn(name, folder) : readShipped(name);
}

function readShipped(id: string): Result<string, string> {
  const folder = shippedFolder("serial");
  if (folder !== undefined && shippedProfileIds("serial").includes(id))
    return succeed(readFileSync(join(folder, `${id}.json`), "utf8"));
  return fail(
    `no profile is called ${id} (known: ${shippedProfileIds("serial").join(", ")}; a file of your own is ./${id}.json)`,
  );
}

function readOwn(name: string, folder: string | undefined): Result<string, string> {
  if (folder === undefined) return fail(`${name} is looked for beside the mapping file, and there is none`);
  const path = resolve(folder, name);
  const read = readTextFile(path, LONGEST_PROFILE * 4);
  if (read.ok) return read;
  const { what, hint } = read.failure;
  return fail(`${path} ${what}${hint === undefined ? "" : ` (${hint})`}`);
}
