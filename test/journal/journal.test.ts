import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { readDatabase } from "../../src/journal/database.ts";
import { JOURNAL_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { until } from "../support/rig.ts";
import {
  bytesIn,
  cause,
  correlation,
  DESK,
  KEY,
  now,
  openBoth,
  ROOM,
  rowsOf,
  scratchFolder,
  tamper,
  writeJournal,
} from "./setting.ts";

const pressed = () => now({ kind: "action", cause, action: "start", room: ROOM, author: 12 });

describe("a journal", () => {
  test("keeps what happened in its order, each fact with what people look for", async () => {
    const folder = scratchFolder();
    const { journal, close } = await openBoth({ folder });
    journal.sink(pressed());
    journal.sink(now({ kind: "request", correlation, command: "start", room: ROOM }));
    const outcome = { kind: "done", recording: recordingId(616) } as const;
    journal.sink(now({ kind: "outcome", correlation, room: ROOM, outcome }));
    await close();
    const rows = rowsOf(folder);
    expect(rows.map(({ kind }) => kind)).toEqual(["opened", "action", "request", "outcome", "closed"]);
    expect(rows[1]).toMatchObject({ correlation, device: DESK, room: ROOM, author: "user 12" });
    expect(JSON.parse(rows[1]!.body)).toMatchObject({ action: "start", source: KEY, gesture: "tap" });
    expect(JSON.parse(rows[3]!.body)).toEqual({ kind: "done", recording: "616" });
    expect(rows[1]!.wallMs).toBeGreaterThan(Date.now() - 60_000);
  });

  test("is a chain that holds over restarts, and publishes its head", async () => {
    const folder = scratchFolder();
    for (let run = 0; run < 2; run++) {
      const { journal, close } = await openBoth({ folder });
      for (let press = 0; press < 1200; press++) journal.sink(pressed());
      await close();
    }
    const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
    const verdict = verifyChain(database, [readHeadFile(folder)!]);
    database.close();
    expect(verdict).toMatchObject({ findings: [], rows: 2404, remarks: [], head: { sequence: 2404 } });
  });

  test("is written within a moment, not only when it is closed", async () => {
    const folder = scratchFolder();
    const { journal } = await openBoth({ folder });
    journal.sink(pressed());
    await until("the row", () => rowsOf(folder).length === 2, 10_000);
    await until("the head", () => readHeadFile(folder)?.sequence === 2, 10_000);
  });

  test("never holds secrets, in whichever fact they turn up", async () => {
    const folder = scratchFolder();
    const secrets = ["correct-horse", 'quo"ted secret'];
    const { journal, close } = await openBoth({ folder, secrets });
    const told = (text: string, ...values: (string | number)[]) =>
      journal.sink(now({ kind: "told", device: DESK, to: "targets", message: { text, values } }));
    told("LOGIN battery-staple\r\n");
    told("/valt/connect", "battery-staple");
    told("/valt/error", 24, "DENIED", "LOGIN battery-staple");
    told("CARD 0012345678 read");
    told("door 04A224B2C95E80 opened");
    told(`the password is ${secrets[0]}`, `and ${secrets[1]}`);
    const card = { ...cause, source: "PASSCODE battery-staple" };
    journal.sink(now({ kind: "press", cause: card }));
    journal.sink(now({ kind: "action", cause: card, action: "stop", room: ROOM }));
    const message = `GET https://user:battery-staple@valt/api?access_token=battery-staple {"password":"battery-staple"}`;
    const failure = { kind: "refused", message, heard: "no", again: "never" } as const;
    journal.sink(now({ kind: "outcome", correlation, room: ROOM, outcome: { kind: "failed", failure } }));
    const bytes = new TextEncoder().encode("wire battery-staple");
    journal.sink(now({ kind: "wire", device: DESK, direction: "in", channel: "a", bytes }));
    journal.sink(now({ kind: "device", device: DESK, state: "lost", text: "said correct-horse" }));
    await until("the rows", () => rowsOf(folder).length === 11, 10_000);
    const whileOpen = bytesIn(folder);
    await close();
    for (const planted of ["battery-staple", "correct-horse", "ted secret", "12345678", "04A224B2"])
      for (const found of [whileOpen, bytesIn(folder)]) expect(found.includes(planted), planted).toBe(false);
    expect(bytesIn(folder).includes("LOGIN ***")).toBe(true);
  });
});

describe("a journal that cannot be written", () => {
  test("lets the bridge go on, says so, and keeps everything until it can", async () => {
    const folder = join(scratchFolder(), "state");
    writeFileSync(folder, "a file stands where the folder should be");
    const { journal, said } = await openBoth({ folder });
    expect(journal.health.current()).toMatchObject({
      state: "degraded",
      why: expect.stringContaining("folder"),
    });
    const heard: string[] = [];
    journal.health.onChange(({ state }) => heard.push(state));
    for (let press = 0; press < 100; press++) journal.sink(pressed());
    rmSync(folder);
    mkdirSync(folder);
    await until(
      "the rows",
      () => journal.health.current().state === "working" && rowsOf(folder).length > 100,
      15_000,
    );
    expect(heard).toEqual(["working"]);
    expect(said.filter((message) => message.startsWith("the journal"))).toEqual([
      "the journal cannot be written",
      "the journal is written again",
    ]);
    expect(rowsOf(folder).filter(({ kind }) => kind === "action")).toHaveLength(100);
  });

  test("counts what there was no room for, presses last, and records the number", async () => {
    const folder = join(scratchFolder(), "state");
    writeFileSync(folder, "a file stands where the folder should be");
    const { journal } = await openBoth({ folder });
    for (let press = 0; press < 9000; press++) journal.sink(pressed());
    const frame = { kind: "text", text: "1" } as const;
    journal.sink(now({ kind: "shown", device: DESK, control: KEY, frame }));
    expect(journal.health.current().state).toBe("off");
    for (let press = 0; press < 2000; press++) journal.sink(pressed());
    rmSync(folder);
    await until("the rows", () => journal.health.current().state === "working", 15_000);
    const gap = await until("the gap", () => rowsOf(folder).find(({ kind }) => kind === "gap"), 10_000);
    expect(JSON.parse(gap.body)).toMatchObject({ lost: 1001, why: "the disk could not be written" });
  });

  test("because a newer version wrote it is left alone", async () => {
    const folder = scratchFolder();
    await writeJournal(folder, 3);
    tamper(folder, "PRAGMA user_version = 2");
    const file = join(folder, JOURNAL_FORMAT.name);
    copyFileSync(file, `${file}.copy`);
    const { journal, close } = await openBoth({ folder });
    expect(journal.health.current()).toMatchObject({
      state: "off",
      why: expect.stringContaining("newer version"),
    });
    journal.sink(pressed());
    await close();
    expect(readFileSync(file)).toEqual(readFileSync(`${file}.copy`));
  });
});

describe("a damaged journal", () => {
  test("is kept under another name, and a new one is begun", async () => {
    const folder = scratchFolder();
    await writeJournal(folder, 9);
    const file = join(folder, JOURNAL_FORMAT.name);
    writeFileSync(file, "this was a journal once, ".repeat(400));
    const damaged = readFileSync(file);
    const { journal, said, close } = await openBoth({ folder });
    await until("a journal", () => journal.health.current().state === "working", 10_000);
    journal.sink(pressed());
    await close();
    const aside = readdirSync(folder).find((name) => name.startsWith("journal.sqlite.corrupt-"));
    expect(readFileSync(join(folder, aside!))).toEqual(damaged);
    expect(said).toContain("the journal was damaged: a new one is begun");
    expect(rowsOf(folder).map(({ kind }) => kind)).toEqual(["opened", "action", "closed"]);
    expect(rowsOf(folder)[0]?.body).toContain("moved-aside");
  });

  test("that breaks while it is in use loses no fact and no mark", async () => {
    const folder = scratchFolder();
    const { journal, ledger, storage } = await openBoth({ folder });
    journal.sink(pressed());
    await until("the row", () => rowsOf(folder).length === 2, 10_000);
    // Its table is torn out: the next write finds the file damaged.
    await storage.ask("publish-head", null);
    tamper(
      folder,
      "PRAGMA writable_schema = ON",
      "UPDATE sqlite_schema SET rootpage = 9999 WHERE name = 'facts'",
      "PRAGMA schema_version = 77",
    );
    for (let press = 0; press < 50; press++) journal.sink(pressed());
    await until("the new journal", () => presses(folder) === 50, 15_000);
    expect(ledger.health.current().state).toBe("working");
    expect(readdirSync(folder).some((name) => name.startsWith("journal.sqlite.corrupt-"))).toBe(true);
  });
});

function presses(folder: string): number {
  try {
    return rowsOf(folder).filter(({ kind }) => kind === "action").length;
  } catch {
    return 0;
  }
}
