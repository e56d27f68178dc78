import type { z } from "zod";
import type { Path, Problem } from "./problem.ts";

type Issue = z.core.$ZodIssue;

/** Says the schema's complaints so that a person can mend the file. */
export function explainIssues(issues: readonly Issue[]): readonly Problem[] {
  return issues.flatMap((issue) => explain(issue, []));
}

function explain(issue: Issue, outer: Path): readonly Problem[] {
  const path = [...outer, ...issue.path.map((key) => (typeof key === "symbol" ? String(key) : key))];
  const at = "value" as const;
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        at: "key" as const,
        message: `"${key}" is not known here`,
        hint: "look for a slip of the pen, or leave it out",
      }));
    case "invalid_union":
      return explainUnion(issue, path);
    case "invalid_value":
      return [
        {
          path,
          at,
          message: "this is none of the words known here",
          hint: `one of ${issue.values.map(String).join(", ")}`,
        },
      ];
    case "invalid_type":
      return [
        {
          path,
          at,
          message: `${nameOf(path)} is missing or of the wrong kind`,
          hint: `expected ${issue.expected}`,
        },
      ];
    case "invalid_key":
      return [
        {
          path,
          at: "key",
          message: "this name does not fit",
          hint: issue.issues[0]?.message ?? issue.message,
        },
      ];
    default:
      return [{ path, at, message: "this does not fit", hint: issue.message }];
  }
}

function nameOf(path: Path): string {
  const last = path.at(-1);
  return typeof last === "string" ? `"${last}"` : "this";
}

/** Of several forms, the one was meant that comes furthest before it goes wrong. */
function explainUnion(issue: Extract<Issue, { code: "invalid_union" }>, path: Path): readonly Problem[] {
  const forms = issue.errors.filter((form) => form.length > 0);
  if (forms.length === 0)
    return [{ path, at: "value", message: "this is none of the forms known here", hint: issue.message }];
  const [nearest = []] = forms.toSorted((one, other) => nearness(other) - nearness(one));
  return nearest.flatMap((inner) => explain(inner, path));
}

function nearness(form: readonly Issue[]): number {
  const isOtherKind = form.some(
    ({ path, code }) => path.length === 0 && (code === "invalid_type" || code === "invalid_value"),
  );
  const isOtherKeys = form.some(({ path, code }) => path.length === 0 && code === "unrecognized_keys");
  return (isOtherKind ? -100 : 0) + (isOtherKeys ? -10 : 0) - form.length;
}
