import { findNodeAtLocation, type Node } from "jsonc-parser";

/** What is wrong with a part of a profile. */
export interface Fault {
  readonly message: string;
  /** What would be right. */
  readonly hint: string;
}

export type Path = readonly (string | number)[];

export interface Problem extends Fault {
  readonly path: Path;
  /** Whether the key at the path is to blame, or its value. */
  readonly at: "key" | "value";
  /** Where it stands, when the path would find another place. */
  readonly offset?: number | undefined;
}

export const MOST_PROBLEMS = 20;

/** `file:line:column: what is wrong (what would be right)`, a line each, in the order of the file. */
export function tellProblems(
  fileName: string,
  text: string,
  found: { root: Node; problems: readonly Problem[] },
): string {
  const placed = found.problems.map((problem) => ({
    problem,
    offset: problem.offset ?? offsetOf(found.root, problem),
  }));
  placed.sort((one, other) => one.offset - other.offset);
  return placed
    .slice(0, MOST_PROBLEMS)
    .map(
      ({ problem, offset }) => `${fileName}:${tellPlace(text, offset)}: ${problem.message} (${problem.hint})`,
    )
    .join("\n");
}

/** One-based `line:column`. */
export function tellPlace(text: string, offset: number): string {
  const before = text.slice(0, offset);
  return `${before.split("\n").length}:${offset - before.lastIndexOf("\n")}`;
}

/** The nearest existing place when the path names something that is not there. */
function offsetOf(root: Node, { path, at }: Problem): number {
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node === undefined) continue;
    const key = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
    return at === "key" && length === path.length && key !== undefined ? key.offset : node.offset;
  }
  return root.offset;
}
