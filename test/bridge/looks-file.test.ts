import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { recordingId, roomName } from "../../src/base/identifiers.ts";
import { type Log, silentLog } from "../../src/base/log.ts";
import { type LeftLook, leaveLooks, takeLooks } from "../../src/bridge/looks-file.ts";
import { type RoomState, unseenRoom } from "../../src/room/room-state.ts";
import { settledLook } from "../../src/room/settled-look.ts";

const LOOKS: readonly LeftLook[] = [
  { room: roomName("exam-1"), place: "x 1", status: "recording", recordingId: recordingId("7"), askedMs: 5 },
  { room: roomName("exam-2"), place: "x 2", status: "locked", askedMs: 6 },
];

function createDisk() {
  const folder = mkdtempSync(join(tmpdir(), "valt-looks-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const warnings: string[] = [];
  const log: Log = { ...silentLog, warn: (line) => warnings.push(line) };
  return { folder, file: join(folder, "looks.json"), warnings, clock: systemClock, log };
}

test("what one process leaves, the next one takes, and no other one after it", async () => {
  const disk = createDisk();
  await leaveLooks(LOOKS, disk);
  expect(await takeLooks(disk)).toEqual(LOOKS);
  expect(existsSync(disk.file)).toBe(false);
  expect(await takeLooks(disk)).toEqual([]);
  expect(disk.warnings).toEqual([]);
});

test.each([
  ["the machine was started anew", { era: "another" }],
  ["the machine slept", { wallMs: () => Date.now() + 60_000 }],
])("nothing counts when %s since", async (_, change) => {
  const disk = createDisk();
  await leaveLooks(LOOKS, disk);
  expect(await takeLooks({ ...disk, clock: { ...systemClock, ...change } })).toEqual([]);
});

test.each(["", "{", '{"format":2,"era":"x","apartMs":0,"looks":[]}'])(
  "a file %j that cannot be understood stands for nothing, and goes",
  async (text) => {
    const disk = createDisk();
    writeFileSync(disk.file, text);
    expect(await takeLooks(disk)).toEqual([]);
    expect(existsSync(disk.file)).toBe(false);
  },
);

test("a folder that cannot be written is told, and ends no closing", async () => {
  const disk = createDisk();
  writeFileSync(disk.file, "");
  await leaveLooks(LOOKS, { ...disk, folder: disk.file });
  expect(disk.warnings).toHaveLength(1);
});

const seen: RoomState = {
  ...unseenRoom,
  knowledge: { kind: "live", status: "recording", seenAtMs: 1000 },
  recording: {
    id: recordingId("7"),
    knownSinceMs: 900,
    clock: undefined,
    advance: "going",
    reading: undefined,
  },
};

const answered = {
  command: "start",
  sentMs: 500,
  atMs: 600,
  trailsUntilMs: 1000,
  recording: undefined,
} as const;

test.each<[string, RoomState]>([
  ["nothing else is known", seen],
  ["a command was answered so long before that the status cannot trail", { ...seen, answered }],
])("a room may be shown by the next process where %s", (_, state) => {
  expect(settledLook(state)).toEqual({ status: "recording", recordingId: recordingId("7"), askedMs: 1000 });
});

test.each<[string, RoomState]>([
  ["it was never seen", unseenRoom],
  [
    "what was seen is too old",
    {
      ...seen,
      knowledge: {
        kind: "stale",
        lastStatus: "recording",
        seenAtMs: 1000,
        why: "no answer",
        isMissing: false,
      },
    },
  ],
  ["its status may trail behind an answer", { ...seen, answered: { ...answered, trailsUntilMs: 1001 } }],
  [
    "a command is under way",
    {
      ...seen,
      pending: {
        command: "stop",
        phase: "sent",
        sinceMs: 1100,
        conclusiveFromMs: Infinity,
        countsFromMs: 1100,
        ifNot: "stop not confirmed",
        correlation: "x" as NonNullable<RoomState["pending"]>["correlation"],
      },
    },
  ],
])("a room is nothing to the next process where %s", (_, state) => {
  expect(settledLook(state)).toBeUndefined();
});
