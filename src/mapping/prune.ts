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
  return without(document, treeOf(cuts as readonly Path[]));
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

/** What is cut out of an object, by its keys: all of it, or something inside. */
type CutTree = Map<string, CutTree | "whole">;

/** All cuts at once: one after the other, each would copy what is left. */
function treeOf(cuts: readonly Path[]): CutTree {
  const root: CutTree = new Map();
  for (const cut of cuts) {
    let tree: CutTree | "whole" | undefined = root;
    for (const [index, step] of cut.entries()) {
      if (tree === "whole" || tree === undefined) break;
      const key = String(step);
      if (index === cut.length - 1) tree.set(key, "whole");
      else if (!tree.has(key)) tree.set(key, new Map());
      tree = tree.get(key);
    }
  }
  return root;
}

function without(
  object: Readonly<Record<string, unknown>>,
  cuts: CutTree,
): Readonly<Record<string, unknown>> {
  const left = Object.entries(object).flatMap(([key, inner]) => {
    const cut = cuts.get(key);
    if (cut === undefined) return [[key, inner] as const];
    return cut === "whole" || !isObject(inner) ? [] : [[key, without(inner, cut)] as const];
  });
  return Object.fromEntries(left);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
