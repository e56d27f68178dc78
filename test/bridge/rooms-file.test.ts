import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Log, silentLog } from "../../src/base/log.ts";
import { openRoomsFile } from "../../src/bridge/rooms-file.ts";
import type { ServerMapping } from "../../src/mapping/mapping.ts";
import { until } from "../support/rig.ts";

const SERVER = { url: "https://user:word@valt.example.com", username: "bridge" } as ServerMapping;
const EXAM = new Map([["exam-3", { id: 103, name: "Exam 3", by: "name" as const }]]);

function createFolder(text?: string) {
  const folder = mkdtempSync(join(tmpdir(), "valt-rooms-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "rooms.json");
  if (text !== undefined) writeFileSync(file, text);
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (line) => warnings.push(line) };
  return { folder, file, warnings, log };
}

test("what was found is known again, for the same server and account only, without the address's secrets", async () => {
  const place = createFolder();
  (await openRoomsFile(place)).note(SERVER, EXAM);
  const text = await until("the file", () => {
    try {
      return readFileSync(place.file, "utf8");
    } catch {
      return undefined;
    }
  });
  expect(text).not.toContain("word");
  const rooms = await openRoomsFile(place);
  expect([...rooms.recall(SERVER)]).toEqual([["exam-3", { id: 103, name: "Exam 3" }]]);
  expect(rooms.recall({ ...SERVER, username: "other" }).size).toBe(0);
  expect(rooms.recall({ ...SERVER, url: "https://other.example.com" }).size).toBe(0);
  expect(place.warnings).toEqual([]);
});

test.each(["", "{", '{"format":1,"server":"x","rooms":{"a":{"id":"1","name":"A"}}}'])(
  "a damaged file %j is told and stands for nothing",
  async (text) => {
    const place = createFolder(text);
    expect((await openRoomsFile(place)).recall(SERVER).size).toBe(0);
    expect(place.warnings).toHaveLength(1);
  },
);

test("a folder that cannot be written is told, and nothing waits for it", async () => {
  const place = createFolder();
  const rooms = await openRoomsFile({ ...place, folder: join(place.folder, "rooms.json", "x") });
  writeFileSync(place.file, "");
  rooms.note(SERVER, EXAM);
  await until("the warning", () => place.warnings.length > 0);
  expect(rooms.recall(SERVER).size).toBe(1);
});
