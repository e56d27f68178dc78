import { execFileSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { StartedRecording } from "../../src/alarm/started.ts";
import { openStartedFile } from "../../src/alarm/started-file.ts";
import { recordingId, roomName } from "../../src/base/identifiers.ts";
import type { Log } from "../../src/base/log.ts";
import { silentLog } from "../../src/base/log.ts";
import { until } from "../support/rig.ts";

const ROOM = roomName("interview-1");
const began = (id: string): StartedRecording => ({
  recording: recordingId(id),
  place: "https://valt.example.com 4",
  era: "this boot",
  state: "running",
  start: { sentMs: 1000, atMs: 1040 },
  stop: undefined,
});
const [FIRST, SECOND] = [began("616"), began("b1c7-uuid")];

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "started-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function listen(): { readonly log: Log; readonly warnings: string[] } {
  const warnings: string[] = [];
  return { log: { ...silentLog, warn: (text) => void warnings.push(text) }, warnings };
}

const written = (folder: string, name = "started.json") => {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return "";
  }
};

test("what was started is known to the next process: the newest recording of each room", async () => {
  const folder = join(scratch(), "state", "default");
  const started = await openStartedFile({ folder, log: silentLog });
  started.note(ROOM, FIRST);
  started.note(roomName("interview-2"), began("7"));
  started.note(ROOM, SECOND);
  await until("the file", () => written(folder).includes(SECOND.recording));
  expect(statSync(join(folder, "started.json")).mode & 0o777).toBe(0o600);
  const next = await openStartedFile({ folder, log: silentLog });
  expect(next.newest(ROOM)).toEqual(SECOND);
  expect(next.newest(roomName("interview-2"))).toEqual(began("7"));
});

test("what the file says of other rooms stays; an entry that cannot be read goes", async () => {
  const folder = scratch();
  const said = { "interview-3": "7", [ROOM]: FIRST, "interview-2": began("7") };
  writeFileSync(join(folder, "started.json"), JSON.stringify(said));
  const { log, warnings } = listen();
  const started = await openStartedFile({ folder, log });
  started.note(ROOM, SECOND);
  await until("the file", () => written(folder).includes(SECOND.recording));
  expect(JSON.parse(written(folder))).toEqual(
    JSON.parse(JSON.stringify({ format: 1, rooms: { [ROOM]: SECOND, "interview-2": began("7") } })),
  );
  expect(warnings).toEqual([]);
});

test("a file of a newer version is neither read nor written over, and that is said", async () => {
  const folder = scratch();
  const text = JSON.stringify({ format: 2, rooms: { [ROOM]: FIRST } });
  writeFileSync(join(folder, "started.json"), text);
  const told: unknown[] = [];
  const log: Log = { ...silentLog, warn: (_, fields) => void told.push(fields?.why) };
  const started = await openStartedFile({ folder, log });
  expect([started.newest(ROOM), told]).toEqual([undefined, [expect.stringContaining("newer version")]]);
  const older = scratch();
  const other = await openStartedFile({ folder: older, log });
  started.note(ROOM, SECOND);
  await until("another file", () => {
    other.note(ROOM, SECOND);
    return written(older).includes(SECOND.recording);
  });
  expect(written(folder)).toBe(text);
});

test("a damaged file costs what it knew, is said once, and is made anew", async () => {
  const folder = scratch();
  writeFileSync(join(folder, "started.json"), '{"interview-1": "6');
  const { log, warnings } = listen();
  const started = await openStartedFile({ folder, log });
  started.note(ROOM, FIRST);
  await until("the file", () => written(folder) === JSON.stringify({ format: 1, rooms: { [ROOM]: FIRST } }));
  expect(warnings).toHaveLength(1);
});

test("a folder that cannot be written is said once, and nothing is forgotten while the process lasts", async () => {
  const folder = scratch();
  writeFileSync(join(folder, "file"), "");
  chmodSync(join(folder, "file"), 0o400);
  const { log, warnings } = listen();
  const started = await openStartedFile({ folder: join(folder, "file", "default"), log });
  started.note(ROOM, FIRST);
  await until("the warning", () => warnings.length > 0);
  started.note(ROOM, SECOND);
  expect(started.newest(ROOM)).toEqual(SECOND);
});

test("a file that cannot be written is said once, and is written as soon as it can be", async () => {
  const folder = scratch();
  const { log, warnings } = listen();
  const started = await openStartedFile({ folder, log });
  const obstacle = join(folder, "started.json");
  mkdirSync(obstacle);
  for (const one of [FIRST, SECOND, FIRST]) {
    started.note(ROOM, one);
    await until("the attempt", () => written(folder, "started.json.new").includes(one.recording));
  }
  await until("the warning", () => warnings.length > 0);
  rmdirSync(obstacle);
  started.note(ROOM, SECOND);
  await until("the file", () => written(folder).includes(SECOND.recording));
  expect(warnings).toHaveLength(1);
});

test("a disk that hangs holds up nobody, and what was noted meanwhile is newer than what it says", async () => {
  const folder = scratch();
  const pipe = join(folder, "started.json");
  execFileSync("mkfifo", [pipe]);
  const started = await openStartedFile({ folder, log: silentLog });
  started.note(ROOM, SECOND);
  writeFileSync(pipe, JSON.stringify({ [ROOM]: FIRST, "interview-2": began("7") }));
  await until("the rest of the file", () => started.newest(roomName("interview-2")) !== undefined);
  expect(started.newest(ROOM)).toEqual(SECOND);
});

test("what is noted at once is written once", async () => {
  const folder = scratch();
  const started = await openStartedFile({ folder, log: silentLog });
  const names: (string | null)[] = [];
  const watcher = watch(folder, (_, name) => names.push(name));
  onTestFinished(() => watcher.close());
  started.note(ROOM, FIRST);
  started.note(ROOM, SECOND);
  started.note(roomName("interview-2"), began("7"));
  await until("the file", () => written(folder).includes("interview-2"));
  started.note(roomName("interview-3"), began("8"));
  await until("the next file", () => written(folder).includes("interview-3"));
  await until("both", () => names.filter((name) => name === "started.json").length >= 2);
  expect(names.filter((name) => name === "started.json")).toHaveLength(2);
});

test("the file is written again for what is noted after it was written", async () => {
  const folder = join(scratch(), "default");
  const started = await openStartedFile({ folder, log: silentLog });
  for (const one of [FIRST, SECOND]) {
    started.note(ROOM, one);
    await until("the file", () => written(folder).includes(one.recording));
  }
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

test("the first run finds no file and says nothing", async () => {
  const { log, warnings } = listen();
  const started = await openStartedFile({ folder: join(scratch(), "default"), log });
  expect(started.newest(ROOM)).toBeUndefined();
  expect(warnings).toEqual([]);
});

test.each(["null", "[]", "{}"])("a file that says %s is an empty one, and no damage", async (text) => {
  const folder = scratch();
  writeFileSync(join(folder, "started.json"), text);
  const { log, warnings } = listen();
  await openStartedFile({ folder, log });
  expect(warnings).toEqual([]);
});

test("trouble is said once, with its reason and not the file's words", async () => {
  const folder = scratch();
  writeFileSync(join(folder, "started.json"), '{"secret');
  const told: unknown[] = [];
  const log: Log = { ...silentLog, warn: (_, fields) => void told.push(fields) };
  await openStartedFile({ folder, log });
  expect(told).toEqual([{ why: "it is damaged" }]);
  told.length = 0;
  writeFileSync(join(folder, "file"), "");
  const started = await openStartedFile({ folder: join(folder, "file", "default"), log });
  for (const one of [FIRST, SECOND]) {
    started.note(ROOM, one);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await until("the warning", () => told.length > 0);
  expect(told).toEqual([{ why: "ENOTDIR" }]);
});

test("the newest thousand rooms are remembered, and the file is read up to there", async () => {
  const folder = scratch();
  const many = Object.fromEntries(Array.from({ length: 1002 }, (_, index) => [`room-${index}`, FIRST]));
  writeFileSync(join(folder, "started.json"), JSON.stringify(many));
  const started = await openStartedFile({ folder, log: silentLog });
  const known = (index: number) => started.newest(roomName(`room-${index}`)) !== undefined;
  expect([known(1), known(2), known(1001)]).toEqual([false, true, true]);
  started.note(roomName("room-2"), SECOND);
  expect([known(2), known(3)]).toEqual([true, true]);
  started.note(roomName("another"), SECOND);
  expect([known(2), known(3), known(4)]).toEqual([true, false, true]);
});
