import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";
import { describe, expect, test } from "vitest";
import { openStartedFile } from "../../src/alarm/started-file.ts";
import { deviceId, recordingId, roomName } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { Kiosks } from "../../src/bridge/kiosks.ts";
import { findNewerState, stateFormats } from "../../src/cli/places/state-formats.ts";
import { type FileFormat, inTransaction, openDatabase, readDatabase } from "../../src/journal/database.ts";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { valtBridge } from "../cli/valt-bridge.ts";
import { mappingText, until } from "../support/rig.ts";
import { scratchFolder, tamper, writeJournal } from "./setting.ts";

const first: FileFormat = { name: "things", version: 1, schema: "CREATE TABLE one (x)", upgrades: [] };
const third: FileFormat = {
  name: "things",
  version: 3,
  schema: "CREATE TABLE one (x, y); CREATE TABLE two (z)",
  upgrades: ["ALTER TABLE one ADD COLUMN y", "CREATE TABLE two (z); INSERT INTO two SELECT x FROM one"],
};

function fill(folder: string): void {
  const database = openDatabase(folder, first);
  inTransaction(database, () => database.exec("INSERT INTO one VALUES (7)"));
  database.close();
}

describe("a file of an earlier format", () => {
  test("is brought forward by every step between, when it is opened to write", () => {
    const folder = scratchFolder();
    fill(folder);
    const file = join(folder, "things");
    expect(() => readDatabase(file, third)).toThrow(/older version \(format 1\): start the bridge once/);
    const forward = openDatabase(folder, third);
    expect(forward.prepare("SELECT x, y, z FROM one, two").all()).toEqual([{ x: 7, y: null, z: 7 }]);
    forward.close();
    readDatabase(file, third).close();
    expect(() => openDatabase(folder, first)).toThrow(/newer version \(format 3\)/);
  });

  test("stays whole as it was when a step fails", () => {
    const folder = scratchFolder();
    fill(folder);
    const broken = { ...third, upgrades: [third.upgrades[0] ?? "", "INSERT INTO nowhere VALUES (1)"] };
    expect(() => openDatabase(folder, broken)).toThrow("nowhere");
    const database = openDatabase(folder, first);
    expect(database.prepare("SELECT * FROM one").all()).toEqual([{ x: 7 }]);
    database.close();
  });
});

test.each([JOURNAL_FORMAT, LEDGER_FORMAT])(
  "every step up to the newest format of $name is there",
  (format) => {
    expect(format.upgrades).toHaveLength(format.version - 1);
  },
);

describe("what was started here", () => {
  const ROOM = roomName("interview-1");
  const file = (folder: string) => join(folder, "started.json");

  test("is read as version 0.1.0 kept it, and kept with its format from then on", async () => {
    const folder = scratchFolder();
    copyFileSync(join(import.meta.dirname, "earlier-builds/0.1.0/started.json"), file(folder));
    const started = await openStartedFile({ folder, log: silentLog });
    const recording = recordingId("d6a2d9c3-3ec5-43e8-a5d5-6a6f37a01ff5");
    expect(started.newest(ROOM)).toMatchObject({ recording, state: "running" });
    started.note(roomName("clinic"), { ...started.newest(ROOM), recording: recordingId("9") } as never);
    await until("the file", () => JSON.parse(readFileSync(file(folder), "utf8")).format === 1);
    const again = await openStartedFile({ folder, log: silentLog });
    expect(again.newest(ROOM)?.recording).toBe(recording);
  });

  test("by a newer version stays as it is", async () => {
    const folder = scratchFolder();
    const text = '{"format":2,"rooms":{"interview-1":{"of":"another form"}}}';
    writeFileSync(file(folder), text);
    const warnings: unknown[] = [];
    const log = { ...silentLog, warn: (_: string, fields?: unknown) => void warnings.push(fields) };
    const started = await openStartedFile({ folder, log });
    expect(warnings).toEqual([{ why: expect.stringContaining("newer version") }]);
    const one = { recording: recordingId("9"), place: "p", era: "e", state: "running" } as const;
    started.note(ROOM, { ...one, start: undefined, stop: undefined });
    // A second file has been read and written by then.
    const other = scratchFolder();
    (await openStartedFile({ folder: other, log: silentLog })).note(ROOM, {
      ...one,
      start: undefined,
      stop: undefined,
    });
    await until("another one", () => existsSync(file(other)));
    expect(readFileSync(file(folder), "utf8")).toBe(text);
  });
});

describe("links of tablets", () => {
  test.each(["kiosks-0", "formats-1"])(
    "are read as %s kept them, and kept with their format",
    async (build) => {
      const folder = scratchFolder();
      const file = join(folder, "kiosks.json");
      copyFileSync(join(import.meta.dirname, "earlier-builds", build, "kiosks.json"), file);
      const kiosks = await Kiosks.open({ folder, log: silentLog });
      expect(kiosks.list()).toMatchObject([{ id: "abababab", panel: "wall", right: "press" }]);
      expect((await kiosks.make(deviceId("desk"), "view")).ok).toBe(true);
      expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ format: 1, links: expect.any(Object) });
      expect((await Kiosks.open({ folder, log: silentLog })).list()).toHaveLength(2);
    },
  );

  test("of a newer version stay as they are", async () => {
    const folder = scratchFolder();
    const text = '{"format":2,"links":[]}';
    writeFileSync(join(folder, "kiosks.json"), text);
    const kiosks = await Kiosks.open({ folder, log: silentLog });
    const made = await kiosks.make(deviceId("desk"), "view");
    expect(made).toEqual({ ok: false, failure: expect.stringContaining("a newer version (format 2)") });
    expect(readFileSync(join(folder, "kiosks.json"), "utf8")).toBe(text);
  });
});

describe("a state folder", () => {
  const builds = join(import.meta.dirname, "earlier-builds");

  test.each(stateFormats.map(({ name, read }) => ({ name, read })))(
    "of every format of $name that was released is kept here, and none of them is too new",
    async ({ name, read }) => {
      const found = new Set<number>();
      const paths = readdirSync(builds).map((build) => join(builds, build, name));
      for (const path of paths.filter((one) => existsSync(one))) found.add(await read(path));
      const newest = stateFormats.find((one) => one.name === name)?.version ?? 0;
      const all = Array.from({ length: newest + 1 }, (_, format) => format);
      // 0 is one without a format: databases and the newest files never were.
      const isBornWithOne = name.endsWith(".sqlite") || name === "rooms.json";
      expect([...found].toSorted()).toEqual(isBornWithOne ? all.slice(1) : all);
      for (const build of readdirSync(builds))
        expect(await findNewerState(join(builds, build))).toBeUndefined();
    },
  );

  test("with a newer file is refused with a sentence, and a damaged one is not taken for it", async () => {
    const folder = scratchFolder();
    expect(await findNewerState(folder)).toBeUndefined();
    await writeJournal(folder, 3);
    expect(await findNewerState(folder)).toBeUndefined();
    tamper(folder, "PRAGMA user_version = 2");
    const journal = join(folder, "journal.sqlite");
    expect(await findNewerState(folder)).toMatch(
      `${journal} was written by a newer version (format 2): install that version again`,
    );
    writeFileSync(journal, "this was a journal once, ".repeat(400));
    expect(await findNewerState(folder)).toBeUndefined();
    new DatabaseSync(join(folder, "marks.sqlite")).exec("PRAGMA user_version = 9");
    expect(await findNewerState(folder)).toContain("marks.sqlite was written by a newer version (format 9)");
  });
});

test("a bridge does not run backward: it says what to do, and nothing is touched", async () => {
  const home = scratchFolder();
  const folder = join(home, "default");
  await writeJournal(folder, 3);
  tamper(folder, "PRAGMA user_version = 2");
  const before = readFileSync(join(folder, "journal.sqlite"));
  const mapping = join(home, "site.jsonc");
  writeFileSync(mapping, mappingText("http://127.0.0.1:1"));
  const own = { XDG_RUNTIME_DIR: home, STATE_DIRECTORY: home };
  const { code, err } = await valtBridge(["run", mapping, "--no-console"], own).ended;
  // A service manager does not try again after this code.
  expect(code).toBe(2);
  expect(err).toContain(
    "journal.sqlite was written by a newer version (format 2): install that version again",
  );
  expect(readFileSync(join(folder, "journal.sqlite"))).toEqual(before);
});
