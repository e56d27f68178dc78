import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
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

const written = (folder: string) => {
  try {
    return readFileSync(join(folder, "started.json"), "utf8");
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
  const said = { [ROOM]: FIRST, "interview-2": began("7"), "interview-3": "7" };
  writeFileSync(join(folder, "started.json"), JSON.stringify(said));
  const started = await openStartedFile({ folder, log: silentLog });
  started.note(ROOM, SECOND);
  await until("the file", () => written(folder).includes(SECOND.recording));
  expect(JSON.parse(written(folder))).toEqual(
    JSON.parse(JSON.stringify({ [ROOM]: SECOND, "interview-2": began("7") })),
  );
});

test("a damaged file costs what it knew, is said once, and is made anew", async () => {
  const folder = scratch();
  writeFileSync(join(folder, "started.json"), '{"interview-1": "6');
  const { log, warnings } = listen();
  const started = await openStartedFile({ folder, log });
  started.note(ROOM, FIRST);
  await until("the file", () => written(folder) === JSON.stringify({ [ROOM]: FIRST }));
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
