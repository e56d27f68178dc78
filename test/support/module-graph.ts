import { dirname, join } from "node:path";
import { parseAst } from "rolldown/parseAst";

/** One source file: what it offers by name, and what it takes from others. */
export interface Module {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly exports: readonly string[];
  readonly uses: readonly Use[];
}

/** `names` are those of the other file; `*` means all that it exports. */
export interface Use {
  readonly path: string;
  readonly names: readonly string[];
}

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

/** Reads one file's exports and imports, types and values alike. Packages are left out. */
export function readModule(path: string, text: string): Module {
  const exports: string[] = [];
  const uses: Use[] = [];
  const program: unknown = parseAst(text, { lang: path.endsWith("x") ? "tsx" : "ts" });
  const words = new Set(text.match(/[\w$]+/g));
  const use = (source: unknown, names: readonly string[]) => {
    const specifier = (source as Node | null)?.value;
    if (typeof specifier === "string" && specifier.startsWith("."))
      uses.push({ path: join(dirname(path), specifier).replaceAll("\\", "/"), names });
  };
  visit(program, (node) => {
    const specifiers = (node.specifiers ?? []) as readonly Node[];
    if (node.type === "ImportDeclaration") {
      const isAll = specifiers.some(({ type }) => type === "ImportNamespaceSpecifier");
      use(node.source, isAll ? [...words] : specifiers.map(({ imported }) => nameOf(imported)));
    }
    if (node.type === "ExportAllDeclaration") use(node.source, ["*"]);
    // Of a module that is loaded later, whatever is called by its name somewhere in the file.
    if (node.type === "ImportExpression" || node.type === "TSImportType") use(node.source, [...words]);
    if (node.type !== "ExportNamedDeclaration") return;
    if (node.source !== null)
      use(
        node.source,
        specifiers.map(({ local }) => nameOf(local)),
      );
    exports.push(...specifiers.map(({ exported }) => nameOf(exported)), ...declaredBy(node.declaration));
  });
  return { path, exports, uses };
}

/** The groups of files that reach each other; each sorted. */
export function findCircles(modules: readonly Module[]): readonly (readonly string[])[] {
  const reach = new Map(modules.map(({ path }) => [path, reachOf(path, modules)]));
  const circles = modules.map(({ path }) =>
    [...(reach.get(path) ?? [])].filter((other) => reach.get(other)?.has(path)).toSorted(),
  );
  return [...new Map(circles.map((circle) => [circle.join(" "), circle])).values()].filter(
    (circle) => circle.length > 0,
  );
}

/** `path: name` of each export that no other file takes. */
export function findUnused(modules: readonly Module[]): readonly string[] {
  const used = new Set(modules.flatMap(({ uses }) => uses.flatMap(tellUse)));
  return modules.flatMap(({ path, exports }) =>
    used.has(`${path}: *`) ? [] : exports.map((name) => `${path}: ${name}`).filter((text) => !used.has(text)),
  );
}

function tellUse({ path, names }: Use): readonly string[] {
  return names.map((name) => `${path}: ${name}`);
}

function reachOf(path: string, modules: readonly Module[]): ReadonlySet<string> {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const reached = new Set<string>();
  const open = [path];
  for (let next = open.pop(); next !== undefined; next = open.pop())
    for (const { path: to } of byPath.get(next)?.uses ?? []) {
      if (reached.has(to)) continue;
      reached.add(to);
      open.push(to);
    }
  return reached;
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) for (const one of value) visit(one, see);
  else if (typeof value === "object" && value !== null) {
    if ("type" in value) see(value as Node);
    for (const one of Object.values(value)) visit(one, see);
  }
}

function declaredBy(declaration: unknown): readonly string[] {
  const node = declaration as Node | null;
  if (node === null) return [];
  if (node.type !== "VariableDeclaration") return [nameOf(node.id)];
  // What takes an object apart as it exports is left to the reader.
  return (node.declarations as readonly Node[]).map(({ id }) => nameOf(id)).filter((name) => name !== "");
}

function nameOf(identifier: unknown): string {
  return ((identifier as Node | null)?.name as string | undefined) ?? "";
}
