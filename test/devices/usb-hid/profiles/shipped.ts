import { readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { Profile } from "../../../../devices/usb-hid/profile/profile.ts";
import { parseProfile } from "../../../../devices/usb-hid/profile/read-profile.ts";

const folder = new URL("../../../../devices/usb-hid/profiles/", import.meta.url);

/** Ids of all profiles that come with the bridge. */
export const profileIds: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((file) => basename(file, ".json"))
  .toSorted();

/** Throws with every problem of the file, if there is one. */
export function readShipped(id: string): Profile {
  const parsed = parseProfile(readFileSync(new URL(`${id}.json`, folder), "utf8"), `${id}.json`);
  if (!parsed.ok) throw new Error(parsed.failure);
  return parsed.value;
}
