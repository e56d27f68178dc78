import { parse } from "jsonc-parser";
import type { Result } from "../../src/driver/contract.ts";
import { loadProfile, readProfile } from "./profile/load.ts";
import { readProfileValue } from "./profile/parse.ts";
import type { Profile } from "./profile/profile.ts";
import type { SerialSettings } from "./settings.ts";

type ProfileSettings = Pick<SerialSettings, "profile" | "values">;

/** The profile that the settings name or hold; undefined where they name none. */
export function profileOf({ profile, values }: ProfileSettings): Result<Profile, string> | undefined {
  if (profile === undefined) return undefined;
  if (typeof profile === "string") return loadProfile(profile, { folder: undefined, values });
  return readProfileValue(profile, values);
}

/**
 * The profile as its document, so that the settings say all there is to say: a changed file is a changed setting,
 * and a recording needs no file. Only for a profile that was found to be in order.
 */
export function readProfileDocument(name: string, folder: string | undefined): Record<string, unknown> {
  const text = readProfile(name, folder);
  return parse(text.ok ? text.value : "{}") as Record<string, unknown>;
}
