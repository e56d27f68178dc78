import type { z } from "zod";
import type { Path } from "../base/document/finding.ts";

/**
 * The document without the devices, controls and commands that the schema refuses, so that the rest can
 * be checked for everything else. Nothing where names would be missing: that would be a problem made up.
 */
export function pruneFaults(
  document: unknown,
  issues: readonly z.core.$ZodIssue[],
): Readonly<Record<string, unknown>> | undefined {
  const cuts = issues.flatMap(cutsOf);
  if (!isObject(document) || cuts.includes("everything")) return undefined;
  return (cuts as readonly Path[]).reduce(without, document);
}

type Cut = Path | "everything";

function cutsOf(issue: z.core.$ZodIssue): readonly Cut[] {
  const path = issue.path as Path;
  if (path.length === 0 && issue.code === "unrecognized_keys") return issue.keys.map((key) => [key]);
  return [cutAround(path)];
}

/** A control or command that is wrong in one place is left out whole: its parts belong together. */
function cutAround(path: Path): Cut {
  const [part, , section] = path;
  if (
    part === "timing" ||
    part === "colors" ||
    part === "language" ||
    part === "words" ||
    part === "font" ||
    part === "recordingName"
  )
    return [part];
  if (part !== "devices" || path.length < 2) return "everything";
  const isInside = (section === "controls" || section === "commands") && path.length > 3;
  return path.slice(0, isInside ? 4 : 2);
}

function without(
  object: Readonly<Record<string, unknown>>,
  [step, ...others]: Path,
): Readonly<Record<string, unknown>> {
  const { [String(step)]: inner, ...rest } = object;
  if (others.length === 0 || !isObject(inner)) return rest;
  return { ...rest, [String(step)]: without(inner, others) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
