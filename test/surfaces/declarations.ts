import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { parseAst } from "rolldown/parseAst";
import { memoize } from "../../src/base/memory.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A declaration file, by the names within. */
interface Declarations {
  readonly statements: Map<string, Statement[]>;
  /** Where a name comes from that is declared in another file of ours. */
  readonly origins: Map<string, { readonly file: string; readonly name: string }>;
  readonly offers: string[];
  /** Files that are passed on as a whole. */
  readonly passed: string[];
}

interface Statement {
  readonly text: string;
  readonly words: ReadonlySet<string>;
}

/** What the parser makes of a statement, as far as it is asked here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly source?: { readonly value: string } | null;
  readonly specifiers?: readonly { readonly [role in "local" | "imported" | "exported"]?: Named }[];
  readonly declaration?: Node | null;
  readonly declarations?: readonly { readonly id: Named }[];
  readonly id?: Named;
}

interface Named {
  readonly name: string;
}

/**
 * What each door of the package promises: its exports and every declaration of ours that these name, without comments,
 * as the compiler writes them.
 */
export function declareDoors(doors: readonly string[]): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), "surfaces-"));
  try {
    const settings = {
      extends: join(ROOT, "tsconfig.json"),
      files: doors.map((door) => join(ROOT, door)),
      include: [join(ROOT, "src/**/*.d.ts")],
      compilerOptions: {
        rootDir: ROOT,
        outDir: folder,
        emitDeclarationOnly: true,
        removeComments: true,
        typeRoots: [join(ROOT, "node_modules/@types")],
      },
    };
    const project = join(folder, "tsconfig.json");
    writeFileSync(project, JSON.stringify(settings));
    execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", project]);
    const read = memoize(readDeclarations, 1000);
    return new Map(
      doors.map((door) => [door, describeDoor(join(folder, door.replace(/\.ts$/, ".d.ts")), folder, read)]),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function describeDoor(door: string, folder: string, read: (file: string) => Declarations): string {
  const texts = new Map<string, Set<string>>();
  const seen = new Set<string>();
  const take = (file: string, name: string): void => {
    if (seen.has(`${file} ${name}`)) return;
    seen.add(`${file} ${name}`);
    const { statements, origins, passed } = read(file);
    const origin = origins.get(name);
    if (origin !== undefined) take(origin.file, origin.name);
    for (const one of passed) take(one, name);
    for (const { text, words } of statements.get(name) ?? []) {
      texts.set(file, (texts.get(file) ?? new Set()).add(text));
      for (const word of words) take(file, word);
    }
  };
  const offersOf = (file: string): readonly string[] => {
    const { offers, passed } = read(file);
    return [...offers, ...passed.flatMap(offersOf)];
  };
  const offers = offersOf(door).toSorted();
  for (const name of offers) take(door, name);
  const files = [...texts].map(
    ([file, own]) =>
      `// ${relative(folder, file).replaceAll("\\", "/")}\n${[...own].toSorted().join("\n")}\n`,
  );
  return [`// exports: ${offers.join(", ")}\n`, ...files.toSorted()].join("\n");
}

function readDeclarations(file: string): Declarations {
  const found: Declarations = { statements: new Map(), origins: new Map(), offers: [], passed: [] };
  const text = readFileSync(file, "utf8");
  const { body } = parseAst(text, { lang: "dts" }) as unknown as { readonly body: readonly Node[] };
  for (const node of body) {
    noteNames(node, file, found);
    for (const name of declaredBy(node)) {
      // The first line of a report says what is exported; whether a file lends it to others of ours is no promise.
      const own = text.slice(node.start, node.end).replace(/^export /, "");
      const before = found.statements.get(name) ?? [];
      found.statements.set(name, [...before, { text: own, words: new Set(own.match(/[\w$]+/g)) }]);
      if (node.type === "ExportNamedDeclaration" && before.length === 0) found.offers.push(name);
    }
  }
  return found;
}

/** What a statement imports, and what it passes on. */
function noteNames({ type, source, specifiers = [] }: Node, file: string, found: Declarations): void {
  const from = source?.value.startsWith(".") === true ? sourceOf(file, source.value) : undefined;
  if (type === "ExportAllDeclaration" && from !== undefined) found.passed.push(from);
  for (const { local, imported = local, exported = local } of specifiers) {
    const name = exported?.name ?? "";
    if (type === "ExportNamedDeclaration") found.offers.push(name);
    if (from !== undefined) found.origins.set(name, { file: from, name: imported?.name ?? "" });
  }
}

function declaredBy(node: Node): readonly string[] {
  const { declarations, id } = node.declaration ?? node;
  return declarations?.map((one) => one.id.name) ?? (id === undefined ? [] : [id.name]);
}

function sourceOf(file: string, specifier: string): string {
  return join(dirname(file), specifier.replace(/\.(?:js|ts)$/, ".d.ts"));
}
