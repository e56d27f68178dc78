import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { deviceKinds } from "../../devices/index.ts";
import { createVocabularyLoader } from "../../src/bridge/mapping-vocabulary.ts";
import { renderSchema } from "../../src/cli/commands/schema.ts";
import type { Surroundings } from "../../src/cli/environment.ts";
import { createProgram } from "../../src/cli/program.ts";
import { declareDoors } from "./declarations.ts";
import { listSchema } from "./schema-lines.ts";

/*
 * What others build on, as it is written down beside this file. Where one of these fails, somebody outside will notice:
 * look at the difference, then `npm run surfaces` writes it down anew.
 */

const ROOT = join(import.meta.dirname, "../..");
const loadVocabulary = createVocabularyLoader(deviceKinds);

describe("the doors of the package", () => {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    exports: Readonly<Record<string, { readonly default: string }>>;
  };
  const doors = Object.entries(exports).map(([name, door]) => ({
    name: name === "." ? "library" : name.replace("./", ""),
    source: door.default.replace("./dist/", "").replace(/\.js$/, ".ts"),
  }));
  const reports = declareDoors(doors.map(({ source }) => source));

  test.each(doors)("$name", async ({ name, source }) => {
    await expect(reports.get(source)).toMatchFileSnapshot(`${name}.api.txt`);
  });
});

test("the words of a mapping", async () => {
  await expect(listSchema(JSON.parse(renderSchema(await loadVocabulary())))).toMatchFileSnapshot(
    "mapping.txt",
  );
});

test("the command line", async () => {
  const surroundings: Surroundings = {
    loadVocabulary,
    signal: new AbortController().signal,
    serveConsole: () => Promise.reject(new Error("nothing runs here")),
    serveSetup: () => Promise.reject(new Error("nothing runs here")),
  };
  const program = await createProgram(undefined, surroundings);
  const helps = withSubcommands(program).map((command) => {
    command.configureHelp({ helpWidth: 110 });
    return command.helpInformation();
  });
  await expect(helps.join(`${"-".repeat(110)}\n`)).toMatchFileSnapshot("command-line.txt");
});

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
