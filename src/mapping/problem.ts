import { findNodeAtLocation, type Node } from "jsonc-parser";

/** Something wrong in a mapping file, said so that a person can mend it. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** One-based. */
  readonly line: number;
  readonly column: number;
  /** What is wrong. */
  readonly message: string;
  /** What would be right. */
  readonly hint: string | undefined;
}

export type Path = readonly (string | number)[];

/** A problem still named by its place in the document. */
export interface Finding {
  readonly severity: "error" | "warning";
  readonly path: Path;
  /** Whether the key at the path is meant, or its value. */
  readonly at: "key" | "value";
  readonly message: string;
  readonly hint?: string | undefined;
}

export function tellProblem(file: string, problem: Problem): string {
  const { line, column, severity, message, hint } = problem;
  return `${file}:${line}:${column}: ${severity}: ${message}${hint === undefined ? "" : ` (${hint})`}`;
}

/** Finds the places in the text, and puts the problems in the order of the file. */
export function locate(
  text: string,
  root: Node | undefined,
  findings: readonly Finding[],
): readonly Problem[] {
  const lineStarts = [0];
  for (let index = 0; index < text.length; index++) if (text[index] === "\n") lineStarts.push(index + 1);
  return findings
    .map(({ severity, message, hint, ...where }) => {
      const place = placeOf(offsetOf(root, where), lineStarts);
      return { severity, message, hint, ...place };
    })
    .sort((one, other) => one.line - other.line || one.column - other.column);
}

export function placeOf(offset: number, lineStarts: readonly number[]): { line: number; column: number } {
  let line = lineStarts.length;
  while (line > 1 && (lineStarts[line - 1] ?? 0) > offset) line--;
  return { line, column: offset - (lineStarts[line - 1] ?? 0) + 1 };
}

/** The nearest existing place when the path names something that is not there. */
function offsetOf(root: Node | undefined, { path, at }: { path: Path; at: "key" | "value" }): number {
  if (root === undefined) return 0;
  for (let length = path.length; length >= 0; length--) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (node === undefined) continue;
    const isKeyMeant = at === "key" || length < path.length;
    const key = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
    return isKeyMeant && key !== undefined ? key.offset : node.offset;
  }
  return root.offset;
}
