import { parseAst } from "vitest/node";

/** One change of a source file that a test should notice. */
export interface Mutant {
  /** The expression that another one takes the place of. */
  readonly start: number;
  readonly end: number;
  readonly to: string;
  /** From 1. */
  readonly line: number;
  /** The text of that line. */
  readonly text: string;
  /** What stands there, and what stands there instead; with a number when the line has the same again. */
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

/** An expression, what stands in its place, and the part that differs, as people read it. */
interface Change {
  readonly of: Range;
  readonly to: string;
  readonly what: string;
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** All mutants of a TypeScript file, in its order. Types stay as they are. */
export function findMutants(source: string): readonly Mutant[] {
  const changes: Change[] = [];
  visit(parseAst(source, { lang: "ts" }), (node) => changes.push(...changesOf(node, source)));
  const lines = source.split("\n");
  const times = new Map<string, number>();
  return changes
    .sort((one, other) => one.of.start - other.of.start)
    .map(({ of: { start, end }, to, what }) => {
      const line = source.slice(0, start).split("\n").length;
      const text = (lines[line - 1] ?? "").trim();
      const time = (times.get(`${text}\t${what}`) ?? 0) + 1;
      times.set(`${text}\t${what}`, time);
      return { start, end, to, line, text, what: time === 1 ? what : `${what} (${time})` };
    });
}

/**
 * The file with all its mutants in it, each behind a switch: `broken(firstId + index)` chooses one while the program runs.
 * No line moves.
 */
export function instrument(source: string, mutants: readonly Mutant[], firstId: number): string {
  const sites = new Map<string, Site>();
  for (const [index, { start, end, to }] of mutants.entries()) {
    const site = sites.get(`${start}-${end}`) ?? { start, end, choices: "" };
    const choices = `${site.choices}__broken(${firstId + index}) ? (${to}) : `;
    sites.set(`${start}-${end}`, { ...site, choices });
  }
  const ordered = [...sites.values()].sort((one, other) => one.start - other.start || other.end - one.end);
  return render({ start: 0, end: source.length }, source, ordered);
}

interface Site extends Range {
  readonly choices: string;
}

/** Takes from the list what lies within the range. */
function render({ start, end }: Range, source: string, sites: Site[]): string {
  let text = "";
  let at = start;
  for (let site = sites[0]; site !== undefined && site.start < end; site = sites[0]) {
    sites.shift();
    text += `${source.slice(at, site.start)}(${site.choices}(${render(site, source, sites)}))`;
    at = site.end;
  }
  return text + source.slice(at, end);
}

function visit(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) {
    for (const one of node) visit(one, see);
    return;
  }
  if (typeof node !== "object" || node === null) return;
  const { type, computed } = node as { readonly type?: unknown; readonly computed?: unknown };
  if (typeof type === "string") {
    if (NO_CODE.test(type)) return;
    see(node as Node);
  }
  for (const [name, child] of Object.entries(node)) {
    if (name !== "key" || computed !== false) visit(child, see);
  }
}

/** Types, and what only names other modules. `as` and `satisfies` stand around code. */
const NO_CODE = /^(?:TS(?!AsExpression|SatisfiesExpression|NonNullExpression)|Import|ExportAll)/;

function changesOf(node: Node, source: string): readonly Change[] {
  const textOf = ({ start, end }: Range) => source.slice(start, end);
  const another = (of: Node, to: string): Change => ({
    of,
    to,
    what: `${shorten(textOf(of))} -> ${shorten(to)}`,
  });
  switch (node.type) {
    case "BinaryExpression":
    case "LogicalExpression":
      return otherOperators(node, source);
    case "AssignmentExpression":
    case "UpdateExpression":
      return otherAssignments(node, textOf(node));
    case "UnaryExpression":
      return node.operator === "!" && node.argument ? [another(node, textOf(node.argument))] : [];
    case "IfStatement":
    case "ConditionalExpression":
      return node.test ? [another(node.test, "true"), another(node.test, "false")] : [];
    case "WhileStatement":
    case "ForStatement":
      return node.test ? [another(node.test, "false")] : [];
    case "Literal":
      return otherLiterals(node).map((to) => another(node, to));
    case "ExpressionStatement": {
      if (!isWorthRemoving(node.expression)) return [];
      return [{ of: node.expression as Node, to: "void 0", what: `${shorten(textOf(node))} -> ;` }];
    }
    default:
      return [];
  }
}

function otherOperators({ left, right, operator = "", ...node }: Node, source: string): readonly Change[] {
  if (left === undefined || right === undefined) return [];
  const at = left.end + source.slice(left.end, right.start).indexOf(operator);
  const before = source.slice(node.start, at);
  const after = source.slice(at + operator.length, node.end);
  const instead = (operators[operator] ?? []).map(
    (to): Change => ({ of: node, to: before + to + after, what: `${operator} -> ${to}` }),
  );
  if (operator !== "??") return instead;
  const alone = source.slice(left.start, left.end);
  return [
    ...instead,
    { of: node, to: alone, what: `${shorten(source.slice(node.start, node.end))} -> ${shorten(alone)}` },
  ];
}

function otherAssignments(node: Node, text: string): readonly Change[] {
  const { operator = "" } = node;
  const to = assignments[operator];
  return to === undefined ? [] : [{ of: node, to: text.replace(operator, to), what: `${operator} -> ${to}` }];
}

function otherLiterals({ value }: Node): readonly string[] {
  if (typeof value === "boolean") return [String(!value)];
  if (typeof value !== "number") return [];
  return [value === 0 ? "1" : "0", ...(value > 1 ? [`${value * 2}`] : [])];
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

function shorten(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 90 ? `${line.slice(0, 87)}...` : line;
}
