import { type DocumentRules, readDocument, readValue } from "../../../src/base/document/read-document.ts";
import type { Result } from "../../../src/driver/contract.ts";
import { checkProfile } from "./check-profile.ts";
import { type Profile, profileSchema } from "./profile.ts";

function profileRules(): DocumentRules<ReturnType<typeof profileSchema>, Profile> {
  return {
    schema: profileSchema(),
    make(profile, report) {
      for (const finding of checkProfile(profile)) report(finding);
      return profile;
    },
  };
}

/** The failure lists the problems, a line each: `file:line:column: what is wrong (what would be right)`. */
export function parseProfile(text: string, fileName: string): Result<Profile, string> {
  return readDocument(text, fileName, profileRules());
}

/** Likewise for a profile that stands in a mapping; problems are told with their path in it. */
export function readProfile(value: unknown): Result<Profile, string> {
  const known = typeof value === "object" && value !== null ? judged.get(value) : undefined;
  if (known !== undefined) return known;
  const read = readValue(value, "profile", profileRules());
  if (typeof value === "object" && value !== null) judged.set(value, read);
  if (read.ok) judged.set(read.value, read);
  return read;
}

/** Settings are asked for their profile often, and judging one takes milliseconds. */
const judged = new WeakMap<object, Result<Profile, string>>();
