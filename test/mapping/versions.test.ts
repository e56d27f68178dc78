import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findEntry, plainValue } from "../../src/base/document/part.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { tellProblem } from "../../src/mapping/problem.ts";
import { openMapping } from "../../src/mapping/source/open.ts";
import { newestVersion, type Step } from "../../src/mapping/source/steps.ts";
import { upgradeMapping } from "../../src/mapping/upgrade.ts";
import { testWorld } from "../support/kinds.ts";

const VERSIONS = join(import.meta.dirname, "versions");
const read = (version: number, name = "site.jsonc") =>
  readFileSync(join(VERSIONS, String(version), name), "utf8");
const open = (version: number, text = read(version)) => openMapping(text, join(VERSIONS, String(version)));

function load(text: string, version: number) {
  const { mapping, problems } = loadMapping(open(version, text), testWorld);
  return { mapping, problems: problems.map((problem) => tellProblem("m", problem)) };
}

const older = Array.from({ length: newestVersion }, (_, version) => version);

test("a site of every version is kept, and read", () => {
  expect(readdirSync(VERSIONS).map(Number).toSorted()).toEqual([...older, newestVersion]);
  for (const version of [...older, newestVersion])
    expect(
      load(
        read(version)
          .replace("http:", "https:")
          .replace(/ "tls": "none",/, ""),
        version,
      ).mapping?.rooms.size,
    ).toBe(2);
});

test.each(older)("version %i becomes what the newest is, comments and all", (version) => {
  const written = new Map(
    upgradeMapping(open(version)).map(({ name = "site.jsonc", after }) => [name, after]),
  );
  for (const name of readdirSync(join(VERSIONS, String(newestVersion))))
    expect(written.get(name) ?? read(version, name), name).toBe(read(newestVersion, name));
});

test("the newest version stays as it is", () => {
  expect(upgradeMapping(open(newestVersion))).toEqual([]);
});

test("an older word is read as what it means now, with a warning that says how to be rid of it", () => {
  const { mapping, problems } = load(read(0).replace("http:", "https:"), 0);
  expect(mapping?.timing).toMatchObject({ freshMs: 2500, activePollMs: 1000 });
  expect(problems).toEqual([
    'm:12:5: warning: "freshIntervals" is an older word: it is read as "freshMs": 2500 ("valt-bridge check --upgrade" writes it so)',
  ]);
});

test("passwords in clear text are decided by a person, and never by reading an older file", () => {
  const { mapping, problems } = load(read(0), 0);
  expect(mapping).toBeUndefined();
  expect(problems).toEqual([expect.stringMatching(/^m:5:13: error: .*clear text/)]);
});

test.each([
  [
    '"version": 2,',
    "m:2:12: error: this mapping has version 2, and this program knows none after 1 (it needs a newer valt-bridge)",
  ],
  ['"version": "1",', 'm:2:12: error: "1" should be a number'],
  ['"version": -1,', "m:2:12: error: -1 is below 1"],
])("%s is refused in one sentence, whatever else is in the file", (version, expected) => {
  const text = `{\n${version}\n"server": { "url": "https://valt.example.com", "username": "bridge" }, "rooms": {}, "devices": {} }`;
  expect(load(text, 1).problems).toEqual([expected]);
  if (version.includes("2"))
    expect(load(text.replace('"rooms": {}', '"places": {}'), 1).problems).toEqual([expected]);
});

test("a mapping without a version that has no older words is told nothing", () => {
  const text = read(1).replace('"version": 1,', "");
  expect(load(text, 1).problems).toEqual(load(read(1), 1).problems);
});

describe("a step that renames what panels say", () => {
  /** As a later version might. */
  const steps: readonly Step[] = [
    {
      to: 5,
      reword: (file) =>
        (["panels", "devices"] as const).flatMap((section) => {
          const part = findEntry(file, section)?.part;
          return part?.kind !== "object"
            ? []
            : part.entries
                .filter((entry) => findEntry(entry.part, "buttons") !== undefined)
                .map(({ key }) => ({
                  path: [section, key, "buttons"] as const,
                  entries: [{ key: "controls" }],
                }));
        }),
    },
  ];
  const panel = '{ "kind": "test-panel", "buttons": { "left": { "tap": "toggle" } } }';
  const main = `{\r\n\t// a table, too\r\n\t"include": ["more.jsonc"],\r\n\t"rooms": { "{name}": { "from": "rooms.csv", "id": 1, "devices": { "d": { "use": "desk" } } } },\r\n\t"devices": { "e": ${panel} }\r\n}\r\n`;
  const more = `{ "panels": { "desk": ${panel} /* all */ } }`;

  test("reaches templates, included files and devices, in what is read and in what is written", async () => {
    const folder = await mkdtemp(join(tmpdir(), "valt-versions-"));
    await writeFile(join(folder, "more.jsonc"), more);
    await writeFile(join(folder, "rooms.csv"), "name\na\n");
    const source = openMapping(main, folder, { steps });
    expect(source.slips.map(({ severity, message }) => [severity, message])).toEqual([
      ["warning", '"buttons" is an older word: it is read as "controls"'],
      ["warning", '"buttons" is an older word: it is read as "controls"'],
    ]);
    const controls = { left: { tap: "toggle" } };
    expect(JSON.parse(JSON.stringify(plainValue(findEntry(source.root, "devices")!.part)))).toMatchObject({
      "a-d": { controls },
      e: { controls },
    });
    expect(upgradeMapping(source, steps)).toEqual([
      { name: "more.jsonc", before: more, after: more.replace("buttons", "controls") },
      {
        before: main,
        after: main
          .replace("buttons", "controls")
          .replace('"include"', `"version": ${newestVersion},\r\n\t"include"`),
      },
    ]);
  });
});
