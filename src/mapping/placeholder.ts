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
  return placeholdersIn(text)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      severity: "error",
      path,
      at: "value",
      message: `nothing fills {${name}}`,
      hint: hintFor(name, known),
    }));
}
