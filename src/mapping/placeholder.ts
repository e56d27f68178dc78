import { hintFor } from "../base/suggest.ts";
import type { Finding, Path } from "./problem.ts";

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9-]*)\}/g;

/** Fills `{name}`; what is not known stays as it stands. */
export function fillPlaceholders(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(PLACEHOLDER, (whole, name: string) => values[name] ?? whole);
}

/** Placeholders in a text that nothing will fill. */
export function findUnknownPlaceholders(
  text: string,
  known: readonly string[],
  path: Path,
): readonly Finding[] {
  return [...text.matchAll(PLACEHOLDER)]
    .map(([, name]) => name ?? "")
    .filter((name) => !known.includes(name))
    .map((name) => ({
      severity: "error",
      path,
      at: "value",
      message: `nothing fills {${name}}`,
      hint: hintFor(name, known),
    }));
}
