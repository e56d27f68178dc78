import type { Finding } from "../../../src/base/document/finding.ts";
import { type DocumentRules, readDocument, readValue } from "../../../src/base/document/read-document.ts";
import { fail, type Result } from "../../../src/driver/contract.ts";
import { compileProfile } from "./compile.ts";
import { documentSchema, type ProfileDocument } from "./document.ts";
import type { Profile } from "./profile.ts";

/** What the mapping fills the profile's blanks with. */
export type ProfileValues = Readonly<Record<string, string | number>>;

/** Characters of a profile's file. */
export const LONGEST_PROFILE = 65_536;

/**
 * Reads a profile: JSON with comments and trailing commas. The failure lists all that is wrong, a line each:
 * `file:line:column: what is wrong (what would be right)`.
 */
export function parseProfile(
  text: string,
  fileName: string,
  values: ProfileValues = {},
): Result<Profile, string> {
  if (text.length > LONGEST_PROFILE)
    return fail(`${fileName}:1:1: the file is too long (at most ${LONGEST_PROFILE} characters)`);
  return readDocument(text, fileName, rulesFor(values));
}

/** Likewise for a profile that stands in a mapping; what is wrong is told with its path. */
export function readProfileValue(value: unknown, values: ProfileValues): Result<Profile, string> {
  return readValue(value, "profile", rulesFor(values));
}

function rulesFor(values: ProfileValues): DocumentRules<ReturnType<typeof documentSchema>, Profile> {
  return {
    schema: documentSchema(),
    make: (document, report) => compileProfile(document, fillValues(document, values, report), report),
  };
}

/** A value that is missing, unknown, or would smuggle a line's end into a message is a problem. */
function fillValues(
  document: ProfileDocument,
  given: ProfileValues,
  report: (finding: Finding) => void,
): ReadonlyMap<string, string> {
  const tell = (name: string, message: string, hint: string) =>
    report({ path: ["values", name], at: "key", message, hint });
  for (const name of Object.keys(given))
    if (!Object.hasOwn(document.values, name))
      tell(name, `the mapping fills a value "${name}" that this profile does not have`, tellNames(document));
  const filled = new Map<string, string>();
  for (const [name, value] of Object.entries(document.values)) {
    const text = Object.hasOwn(given, name) ? String(given[name]) : value.default;
    if (text === undefined) tell(name, `the mapping must fill the value "${name}"`, value.is);
    else if (hasControls(text)) tell(name, `the value "${name}" has control characters in it`, value.is);
    filled.set(name, text ?? "");
  }
  return filled;
}

function tellNames({ values }: ProfileDocument): string {
  const names = Object.keys(values);
  return names.length === 0 ? "it has none" : `it has ${names.join(", ")}`;
}

function hasControls(text: string): boolean {
  return text.length > 128 || [...text].some((character) => character < " " || character === "\u007f");
}
