import { parseAst } from "vitest/node";

/** One change of a source file that a test should notice. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly to: string;
  /** From 1. */
  readonly line: number;
  /** What stands there, and what stands there instead. */
  readonly what: string;
}

/** As much of a syntax tree's node as is needed here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly operator?: string;
  readonly value?: unknown;
  readonly test?: Node | null;
  readonly argument?: Node | null;
  readonly left?: Node;
  readonly right?: Node;
  readonly expression?: Node | string;
}

type Change = readonly [where: { readonly start: number; readonly end: number }, to: string];

/** All mutants of a TypeScript file, in its order. Types stay as they are. */
export function findMutants(source: string): readonly Mutant[] {
  const changes: Change[] = [];
  visit(parseAst(source, { lang: "ts" }), (node) => changes.push(...changesOf(node, source)));
  return changes
    .map(([{ start, end }, to]) => {
      const from = source.slice(start, end);
      const line = source.slice(0, start).split("\n").length;
      return { start, end, to, line, what: `${shorten(from)} -> ${shorten(to)}` };
    })
    .sort((one, other) => one.start - other.start);
}

export function applyMutant(source: string, { start, end, to }: Mutant): string {
  return source.slice(0, start) + to + source.slice(end);
}

function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) visit(one, see);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const { type } = node as { readonly type?: unknown };
  if (typeof type === "string") {
    if (NO_CODE.test(type)) return;
    see(node as Node);
  }
  for (const child of Object.values(node)) visit(child, see);
}

/** Types, and what only names other modules. `as` and `satisfies` stand around code. */
const NO_CODE = /^(?:TS(?!AsExpression|SatisfiesExpression|NonNullExpression)|Import|ExportAll)/;

function changesOf(node: Node, source: string): readonly Change[] {
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return otherOperators(node, source);
    case "AssignmentExpression":
    case "UpdateExpression":
      return node.operator === undefined ? [] : replaceWord(node, source, assignments[node.operator]);
    case "UnaryExpression":
      return node.operator === "!" && node.argument ? [[node, textOf(node.argument, source)]] : [];
    case "IfStatement":
    case "ConditionalExpression":
    case "WhileStatement":
      return node.test ? ["true", "false"].map((to) => [node.test as Node, to]) : [];
    case "Literal":
      return otherLiterals(node);
    case "ExpressionStatement":
      return isWorthRemoving(node.expression) ? [[node, ";"]] : [];
    default:
      return [];
  }
}

function otherOperators({ left, right, operator = "", ...node }: Node, source: string): readonly Change[] {
  if (left === undefined || right === undefined) return [];
  const at = left.end + source.slice(left.end, right.start).indexOf(operator);
  const where = { start: at, end: at + operator.length };
  const instead = (operators[operator] ?? []).map((to): Change => [where, to]);
  return operator === "??" ? [...instead, [node, textOf(left, source)]] : instead;
}

function replaceWord(node: Node, source: string, to: string | undefined): readonly Change[] {
  const { operator = "" } = node;
  const at = node.start + source.slice(node.start, node.end).indexOf(operator);
  return to === undefined ? [] : [[{ start: at, end: at + operator.length }, to]];
}

function otherLiterals(node: Node): readonly Change[] {
  if (typeof node.value === "boolean") return [[node, String(!node.value)]];
  if (typeof node.value !== "number") return [];
  return [
    [node, node.value === 0 ? "1" : "0"],
    ...(node.value > 1 ? ([[node, `${node.value * 2}`]] as const) : []),
  ];
}

function isWorthRemoving(expression: Node["expression"]): boolean {
  if (typeof expression !== "object") return false;
  if (expression.type === "AwaitExpression" || expression.operator === "void")
    return isWorthRemoving(expression.argument ?? undefined);
  return /^(?:Call|Assignment)Expression$/.test(expression.type);
}

const operators: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "&&": ["||"],
  "||": ["&&"],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
};
const assignments: Readonly<Record<string, string>> = {
  "+=": "-=",
  "-=": "+=",
  "++": "--",
  "--": "++",
  "??=": "=",
};

function textOf({ start, end }: Node, source: string): string {
  return source.slice(start, end);
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
}
