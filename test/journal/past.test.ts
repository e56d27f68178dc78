import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { roomName } from "../../src/base/identifiers.ts";
import type { Row } from "../../src/journal/chain.ts";
import { openJournalFile } from "../../src/journal/journal-file.ts";
import { readPast } from "../../src/journal/past.ts";
import { reviveFact } from "../../src/journal/revive.ts";
import { plainRow, scratchFolder } from "./setting.ts";

/** A journal with so many requests, the first at 1001 ms; the row before them says that it was opened. */
function journalOf(count: number): string {
  const folder = scratchFolder();
  const file = openJournalFile({ folder, run: "run-1", atMs: 0, wallMs: 1000, damage: undefined });
  file.append(Array.from({ length: count }, (_, index) => plainRow(index + 1)));
  file.close();
  return folder;
}

async function past(folder: string, sinceWallMs = 0, untilWallMs = 1e15) {
  const read = await readPast(systemClock, folder, { sinceWallMs, untilWallMs });
  if (!read.ok) return read.failure.message;
  const { facts, isCut } = read.value;
  return { count: facts.length, first: facts[0]?.fact.wallMs, last: facts.at(-1)?.fact.wallMs, isCut };
}

describe("the past", () => {
  test.each([
    { count: 3, expected: { count: 3, first: 1001, last: 1003, isCut: false } },
    { count: 249, expected: { count: 249, first: 1001, last: 1249, isCut: false } },
    { count: 600, expected: { count: 600, first: 1001, last: 1600, isCut: false } },
    { count: 4998, expected: { count: 4998, first: 1001, last: 5998, isCut: false } },
    { count: 5300, expected: { count: 5000, first: 1301, last: 6300, isCut: true } },
  ])("of $count facts is read in their order, the newest 5000 of them", async ({ count, expected }) => {
    expect(await past(journalOf(count))).toEqual(expected);
  });

  test("is that of its range, each fact with its run", async () => {
    const folder = journalOf(9);
    expect(await past(folder, 1003, 1006)).toEqual({ count: 3, first: 1003, last: 1005, isCut: false });
    const read = await readPast(systemClock, folder, { sinceWallMs: 1003, untilWallMs: 1004 });
    expect(read).toMatchObject({ value: { facts: [{ run: "run-1", fact: { kind: "request" } }] } });
  });

  test("of a folder without a journal cannot be read", async () => {
    expect(await past(scratchFolder())).toContain("there is no ");
  });
});

describe("a fact from its row", () => {
  const row = { atMs: 7, wallMs: 1007, sequence: 1, run: "r", hash: "", correlation: "c", device: "desk" };
  const touch = { source: "key-1", gesture: "tap", pressedAtMs: 5 };
  const revive = (kind: string, body: object | string, more: Partial<Row> = {}) =>
    reviveFact({
      ...row,
      room: "interview-1",
      author: null,
      kind,
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...more,
    });

  test.each<[author: string | null, peer: object]>([
    [null, {}],
    ["user 7", {}],
    ["10.0.0.7", { peer: "10.0.0.7" }],
  ])("by %s is that of a press", (author, peer) => {
    const cause = { correlation: "c", device: "desk", ...touch, completedAtMs: 5, ...peer };
    expect(revive("press", touch, { author })).toEqual({ atMs: 7, wallMs: 1007, kind: "press", cause });
  });

  test("has its room only where the row has one", () => {
    const alarm = { alarm: "clock-differs", state: "raised", text: "five minutes" };
    expect(revive("alarm", alarm, { room: null })).toEqual({
      atMs: 7,
      wallMs: 1007,
      kind: "alarm",
      ...alarm,
    });
    expect(revive("alarm", alarm)).toMatchObject({ room: roomName("interview-1") });
  });

  test("tells of a failure with its words, and of an outcome with its kind", () => {
    const body = { kind: "failed", failure: "refused", message: "no right" };
    expect(revive("outcome", body)).toMatchObject({
      outcome: { kind: "failed", failure: { kind: "refused", message: "no right" } },
    });
    expect(revive("outcome", { kind: "done" })).toMatchObject({ outcome: { kind: "done" } });
  });

  test.each<[what: string, kind: string, body: string]>([
    ["is the journal's own", "opened", "{}"],
    ["was edited", "request", '{"command":'],
    ["lacks what the fact needs", "request", "{}"],
    ["says nothing", "press", "null"],
  ])("that %s is none", (_, kind, body) => {
    expect(revive(kind, body)).toBeUndefined();
  });
});
