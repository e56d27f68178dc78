import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { deviceKinds } from "../devices/index.ts";
import { createVocabularyLoader } from "../src/bridge/mapping-vocabulary.ts";
import { renderSchema } from "../src/cli/commands/schema.ts";
import { loadMapping } from "../src/mapping/load.ts";
import { tellProblem } from "../src/mapping/problem.ts";
import { listPages } from "../src/web/page/pages.ts";
import { findCircles, findUnused, readModule } from "./support/module-graph.ts";
import { readImports, withoutComments, withoutTexts } from "./support/source.ts";
import { TEST_ENTRANCES } from "./support/test-entrances.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const world = await createVocabularyLoader(deviceKinds)();

interface SourceFile {
  /** From the repository's root, with forward slashes. */
  readonly path: string;
  readonly text: string;
}

const source = filesBelow("src");
const drivers = filesBelow("devices");

/** Folders of `src` that are no stage: everybody may use their values. */
const COMMON = ["base", "driver", "language"];
const EDGES = ["cli", "web"];
/** Whether a file joins the stages' values. */
function isJoint(path: string): boolean {
  return ["src/start.ts", "src/bridge.ts"].includes(path) || path.startsWith("src/bridge/");
}
/** Sources of what the package exports. */
const doors = readDoors();
/** Drivers without a recording. This list may only shrink. */
const EDITOR = ["src/web/page/editor.ts: compareTexts", "src/web/page/editor.ts: openEditor"];
const RECORDING_DEBTS: readonly string[] = [];

describe("imports", () => {
  test("of devices/ happen in src/start.ts alone, and reach its index alone", () => {
    const found = importsOf(source).filter(({ to }) => to.startsWith("devices/"));
    expect(found.filter(({ from, to }) => from !== "src/start.ts" || to !== "devices/index.ts")).toEqual([]);
  });

  test("of a driver reach the contract's folder, the common ground, its own folder and packages", () => {
    const inFolders = drivers.filter(({ path }) => path.split("/").length > 2);
    const strays = importsOf(inFolders).filter(({ from, to }) => {
      const own = from.split("/").slice(0, 2).join("/");
      return to !== "a package" && !to.startsWith(`${own}/`) && !COMMON.includes(folderOf(to));
    });
    expect(strays).toEqual([]);
  });

  test("between stages carry types only", () => {
    const strays = importsOf(source).filter(({ from, to, carries }) => {
      const [here, there] = [folderOf(from), folderOf(to)];
      if (to === "a package" || carries === "types" || here === there || isJoint(from)) return false;
      return !COMMON.includes(there) && !EDGES.includes(here);
    });
    expect(strays).toEqual([]);
  });

  test("of base reach nothing of ours, and those of the contract's folder only base", () => {
    const strays = importsOf(source).filter(({ from, to }) => {
      if (to === "a package" || folderOf(from) === folderOf(to)) return false;
      return folderOf(from) === "base" || (folderOf(from) === "driver" && folderOf(to) !== "base");
    });
    expect(strays).toEqual([]);
  });

  test("of an edge happen in src/start.ts alone", () => {
    const strays = importsOf(source).filter(
      ({ from, to }) =>
        EDGES.includes(folderOf(to)) && folderOf(from) !== folderOf(to) && from !== "src/start.ts",
    );
    expect(strays).toEqual([]);
  });
});

describe("the sources", () => {
  test("name no kind of device", () => {
    const kinds = Object.keys(deviceKinds).join("|");
    expect(linesWith(source, new RegExp(`(["'\`])(?:${kinds})\\1`), "without comments")).toEqual([]);
  });

  test("take time, chance and the process only where they are lent out", () => {
    const free = ["src/base/clock.ts", "src/base/log.ts", "src/main.ts", "src/start.ts"];
    const bound = source.filter(({ path }) => !free.includes(path) && folderOf(path) !== "cli");
    const forbidden =
      /(?<![.\w-])(?:Date|setTimeout|setInterval|setImmediate|process|console)\b(?!\s*:)|Math\.random/;
    expect(linesWith(bound, forbidden, "without texts")).toEqual([]);
  });

  test.each([
    ["default exports", /^\s*export default\b/],
    ["enums", /^\s*(?:export\s+)?(?:declare\s+)?(?:const\s+)?enum\s+\w/],
    ["namespaces", /^\s*(?:export\s+)?(?:declare\s+)?namespace\s+\w/],
    ["decorators", /^\s*@\w/],
    ["any", /(?::|\bas|<|\|)\s*any\b(?!\s*[:(])/],
  ])("have no %s", (_, pattern) => {
    expect(linesWith([...source, ...drivers], pattern, "without texts")).toEqual([]);
  });

  test("silence no compiler", () => {
    expect(linesWith([...source, ...drivers], /@ts-(?:ignore|expect-error|nocheck)/, "whole")).toEqual([]);
  });

  test("pass nothing on but through the doors of the package and the list of drivers", () => {
    const reexports = importsOf([...source, ...drivers]).filter(
      ({ from, how }) => how === "export" && !doors.includes(from),
    );
    expect(reexports).toEqual([]);
  });

  test("have no file of more than 400 lines, but for the table of a language", () => {
    const long = [...source, ...drivers]
      .filter(({ path }) => folderOf(path) !== "language")
      .map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
      .filter(({ lines }) => lines > 400);
    expect(long).toEqual([]);
  });
});

describe("the modules", () => {
  const modules = [...source, ...drivers, ...filesBelow("src/web/page", ".tsx")].map(({ path, text }) =>
    readModule(path, text),
  );

  test("reach each other in no circle", () => {
    expect(findCircles(modules).map((circle) => circle.join(" "))).toEqual([]);
  });

  test("export nothing that no other one takes, but for the doors of the package", () => {
    const unused = findUnused(modules).filter((text) => !doors.some((door) => text.startsWith(`${door}:`)));
    // The console's pages and its editor are loaded by their names.
    const pages = listPages().map(({ name }) => `src/web/page/pages/${name}.tsx: Page`);
    const byName = [...pages, ...EDITOR];
    expect(unused.filter((text) => !byName.includes(text)).toSorted()).toEqual(TEST_ENTRANCES.toSorted());
  });
});

describe("every driver", () => {
  const folders = readdirSync(join(root, "devices")).filter((name) =>
    statSync(join(root, "devices", name)).isDirectory(),
  );

  test("has a folder of its kind's name, and every folder is a driver", () => {
    expect(folders.toSorted()).toEqual(world.kinds.map(({ kind }) => kind).toSorted());
    expect(Object.keys(deviceKinds)).toEqual(world.kinds.map(({ kind }) => kind));
  });

  test.each(folders)("%s has a README with its scorecard", (folder) => {
    const readme = join(root, "devices", folder, "README.md");
    expect(existsSync(readme) && readFileSync(readme, "utf8")).toMatch(/^#+ .*scorecard/im);
  });

  test("has a recording, has nothing to press, or stands in the list of debts", () => {
    const recorded = folders.filter((folder) => {
      const readme = readFileSync(join(root, "devices", folder, "README.md"), "utf8");
      if (readme.includes("* recording: exempt: it has nothing that could be pressed")) return true;
      const recordings = join(root, "test/recordings", folder);
      return existsSync(recordings) && readdirSync(recordings).some((name) => name.endsWith(".jsonl"));
    });
    expect(folders.filter((folder) => !recorded.includes(folder))).toEqual(RECORDING_DEBTS);
  });

  test("describes every setting, for the schema that editors read", () => {
    for (const { kind, settingsSchema } of world.kinds) {
      for (const [key, field] of Object.entries(settingsSchema.shape)) {
        expect((field as z.ZodType).description, `${kind}: ${key}`).toMatch(/^\S.*\S$/s);
      }
    }
  });
});

const hasMappings = existsSync(join(root, "mappings")) && readdirSync(join(root, "mappings")).length > 0;

describe.skipIf(!hasMappings)("the example mappings (skipped only as long as there are none)", () => {
  const SCHEMA = "mapping.schema.json";
  const names = hasMappings ? readdirSync(join(root, "mappings")) : [];
  const examples = names.filter((name) => /\.jsonc?$/.test(name) && name !== SCHEMA);

  test.each(examples)("%s loads without errors", (name) => {
    expect(errorsOf(readFileSync(join(root, "mappings", name), "utf8"), name)).toEqual([]);
  });

  test("have a schema that is the one generated now", () => {
    expect(JSON.parse(readFileSync(join(root, "mappings", SCHEMA), "utf8"))).toEqual(
      JSON.parse(renderSchema(world)),
    );
  });
});

test("the page for newcomers names files and folders that are there", () => {
  const page = readFileSync(join(root, "test/newcomer.md"), "utf8");
  const named = [...page.matchAll(/`((?:src|devices|test)\/[^`]*)`/g)].map(([, path = ""]) => path);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

describe("every complete mapping in a README loads", () => {
  const readmes = ["README.md", ...world.kinds.map(({ kind }) => `devices/${kind}/README.md`)];

  for (const readme of readmes) {
    const isThere = existsSync(join(root, readme));
    test.skipIf(!isThere)(`${readme}${isThere ? "" : " (not written yet)"}`, () => {
      for (const { text, line } of mappingsIn(readFileSync(join(root, readme), "utf8"))) {
        expect(errorsOf(text, `${readme}, the block in line ${line}`)).toEqual([]);
      }
    });
  }
});

function readDoors(): readonly string[] {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    exports: Record<string, { default: string }>;
  };
  return Object.values(exports).map((door) => door.default.replace("./dist/", "").replace(/\.js$/, ".ts"));
}

function filesBelow(folder: string, ending = ".ts"): readonly SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({
      path: relative(root, file).replaceAll("\\", "/"),
      text: readFileSync(file, "utf8"),
    }));
}

/** `src/room/poller.ts` is in `room`; a file of `src` itself is in no folder. */
function folderOf(path: string): string {
  const [top = "", folder = "", ...others] = path.split("/");
  return top === "src" && others.length > 0 ? folder : `${top}:`;
}

function importsOf(files: readonly SourceFile[]) {
  return files.flatMap(({ path, text }) =>
    readImports(text).map(({ specifier, carries, how }) => ({
      from: path,
      to: specifier.startsWith(".") ? join(dirname(path), specifier).replaceAll("\\", "/") : "a package",
      carries,
      how,
    })),
  );
}

type Part = "whole" | "without comments" | "without texts";

/** Lines that the pattern fits, as `path:line: text`. */
function linesWith(files: readonly SourceFile[], pattern: RegExp, part: Part): readonly string[] {
  const read = {
    whole: (text: string) => text,
    "without comments": withoutComments,
    "without texts": withoutTexts,
  };
  return files.flatMap(({ path, text }) =>
    read[part](text)
      .split("\n")
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
}

function errorsOf(text: string, name: string): readonly string[] {
  const errors = loadMapping(text, { ...world, folder: join(root, "mappings") }).problems.filter(
    ({ severity }) => severity === "error",
  );
  return errors.map((problem) => tellProblem(name, problem));
}

/** The blocks marked `jsonc` that name a server: those are meant to be whole. */
function mappingsIn(markdown: string): readonly { readonly text: string; readonly line: number }[] {
  return [...markdown.matchAll(/^```jsonc\n(.*?)^```/gms)]
    .map(({ 1: text = "", index }) => ({ text, line: markdown.slice(0, index).split("\n").length }))
    .filter(({ text }) => text.includes('"server"'));
}
