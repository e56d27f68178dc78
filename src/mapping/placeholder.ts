import type { Path } from "../base/document/finding.ts";
import { placeholdersIn } from "../base/placeholders.ts";
import { hintFor } from "../base/suggest.ts";
import type { Finding } from "./problem.ts";

/** Placeholders in a text that nothing will fill. */
export function findUnknownPlaceholders(
  text: string,
  known: readonly string[],
  path: Path,
): readonly Finding[] {
  const unknown = placeholdersIn(text)
    .filter((name) => !known.includes(name))
    .map((name) => ({ message: `nothing fills {${name}}`, hint: hintFor(name, known) }));
  const formed = [...text.matchAll(WITH_A_COLON)].map(([whole, name]) => ({
    message: `nothing fills ${whole}: a colon has no meaning here`,
    hint: `write {${name}}`,
  }));
  return [...unknown, ...formed].map((one) => ({ severity: "error", path, at: "value", ...one }));
}

/** `{recording}` of `{recording:0}`: pushes say so what is told while it is not known. */
export function withoutFallbacks(text: string): string {
  return text.replace(WITH_A_COLON, "{$1}");
}

/** `{recording:0}`; or `{time:HH:MM}`, as other programs have it. */
const WITH_A_COLON = /\{([A-Za-z][A-Za-z0-9-]*):[^{}]*\}/g;
