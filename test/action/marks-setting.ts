import type { KeptMark, Mark, MarkKeeper } from "../../src/action/mark.ts";
import { MarkQueue } from "../../src/action/marks.ts";
import { createRepeatGuard } from "../../src/action/repeat-guard.ts";
import { pause } from "../../src/base/clock.ts";
import { deviceId, recordingId, valtRoomId } from "../../src/base/identifiers.ts";
import { fail, succeed } from "../../src/base/result.ts";
import { isSameServer } from "../../src/base/server-address.ts";
import { estimateAt } from "../../src/room/recording-clock.ts";
import { createRoomReader } from "../../src/room/room-reader.ts";
import { createRoomStore } from "../../src/room/store.ts";
import type { NewMark } from "../../src/valt/marks.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createAskedList, failures, pressAt } from "../support/fake-valt.ts";
import { OTHER_ROOM, ROOM, watch } from "./setting.ts";

/** A mark queue with a real store and a server that answers by hand. */
export function createMarkSetting() {
  const clock = createFakeClock();
  const store = createRoomStore({
    clock,
    timingOf: () => ({ freshMs: 6000, statusTrailsMs: 5000, lookWithinMs: 3000, troubleMs: 4000 }),
  });
  store.track([ROOM, OTHER_ROOM]);
  const { asked, ask } = createAskedList<unknown>();
  const delivered: [Mark, boolean][] = [];
  const elsewhere: (string | undefined)[] = [];
  const keeper = createTestKeeper();
  let ids = 0;
  const server = { url: "https://valt.example.com" };
  /** What the server says of its rooms when a mark has it asked. */
  const truth = {
    way: "open" as "open" | "cut" | "no-such-room",
    waitMs: 0,
    /** How often it was asked. */
    looks: 0,
    /** The account may not see the recording. */
    hides: false,
    starting: undefined as Promise<void> | undefined,
    recordings: new Map<string, { id: number; startedMs: number; standsMs?: number }>(),
  };
  /** How long recordings are, in seconds, as far as the server says. */
  const lengths = new Map<string, number>();
  const reader = createRoomReader({
    clock,
    store,
    roomId: idOf,
    valt: () => ({
      roomStatus: async () => fail(failures.unreachable),
      roomInfo: async (id) => {
        truth.looks++;
        if (truth.way !== "open") return fail(ways[truth.way]);
        if (truth.waitMs > 0) await pause(clock, truth.waitMs);
        const recording = truth.recordings.get(id === 4 ? ROOM : OTHER_ROOM);
        const info = { id, name: "x", hasRecording: truth.hides || recording !== undefined };
        if (truth.hides || recording === undefined) return succeed(info);
        const ranMs = recording.standsMs ?? clock.monotonicMs() - recording.startedMs;
        const timeSeconds = Math.floor(ranMs / 1000);
        return succeed({ ...info, recording: { id: recordingId(recording.id), timeSeconds } });
      },
    }),
  });
  const queue = new MarkQueue({
    server: () => server.url,
    isOnServer: (mark) => isSameServer(mark.server, server.url),
    valt: () => ({
      addMark: (mark) => ask("add", mark.room, mark) as never,
      marks: (id) => ask("read", undefined, id) as never,
      recordingSeconds: async (id) => {
        const seconds = lengths.get(id);
        return seconds === undefined ? fail(failures.notFound) : succeed(seconds);
      },
    }),
    read: reader.read,
    statusTrailsMs: () => 5000,
    store,
    clock,
    guard: createRepeatGuard(() => 250, "ignore"),
    answerWithinMs: 2000,
    keeper,
    newId: () => `mark-${++ids}`,
    roomId: idOf,
    elapsed: (room, id, atMs) => {
      const recording = store.get(room).recording;
      return recording?.id === id && recording.clock ? estimateAt(recording.clock, atMs) : undefined;
    },
    delivered: (mark, { ok }) => delivered.push([mark, ok]),
    elsewhere: (text) => elsewhere.push(text),
  });
  const nowMs = () => clock.monotonicMs();
  return {
    clock,
    store,
    asked,
    queue,
    keeper,
    server,
    delivered,
    elsewhere,
    truth,
    lengths,
    see(status: "recording" | "paused" | "available", id = 616, room = ROOM) {
      const recording = status === "available" ? undefined : recordingId(id);
      const known = truth.recordings.get(room);
      if (status === "available") truth.recordings.delete(room);
      else if (known?.id !== id) truth.recordings.set(room, { id, startedMs: nowMs() });
      store.tell(room, {
        kind: "seen",
        status,
        recordingId: recording,
        sentMs: nowMs(),
        receivedMs: nowMs(),
      });
    },
    /** The recording has run for so many seconds and a half, as three answers of the server have told. */
    time(timeSeconds: number, id = 616, room = ROOM) {
      truth.recordings.set(room, { id, startedMs: nowMs() - timeSeconds * 1000 - 500 });
      const answers = [
        [501, timeSeconds - 1],
        [500, timeSeconds],
        [0, timeSeconds],
      ] as const;
      for (const [agoMs, said] of answers) {
        const at = { sentMs: nowMs() - agoMs, receivedMs: nowMs() - agoMs };
        store.tell(room, { kind: "timed", recordingId: recordingId(id), timeSeconds: said, ...at });
      }
    },
    mark(text: string, options: { atMs?: number; room?: typeof ROOM; device?: string } = {}) {
      const { atMs = nowMs(), room = ROOM, device } = options;
      const begun = truth.starting?.then(() => store.get(room));
      return watch(queue.add({ room, text, color: "red" }, pressAt(atMs, device), begun));
    },
    added: () => asked.filter(({ what }) => what === "add").map(({ request }) => request as NewMark),
  };
}

/** What a question gives where the way to the server, or the room, is not there. */
const ways = { cut: failures.unreachable, "no-such-room": failures.notFound };

function idOf(room: string) {
  return room === ROOM ? valtRoomId(4) : room === OTHER_ROOM ? valtRoomId(5) : undefined;
}

/** A room that has been recording for 10.5 seconds as far as anybody knows. */
export function whileRecording() {
  const setting = createMarkSetting();
  setting.see("recording");
  setting.time(10);
  return setting;
}

/** A keeper whose disk is a list; the test says when something is on it. */
export function createTestKeeper() {
  const written: string[] = [];
  const kept = new Map<string, KeptMark>();
  const keeper = {
    written,
    kept,
    /** Calls these once the disk has room. */
    later: [] as (() => void)[],
    disk: "fine" as "fine" | "full",
    left: { waiting: [], delivered: [], refused: [] } as Awaited<ReturnType<MarkKeeper["load"]>>,
    async keep(mark: KeptMark, safe: () => void) {
      if (keeper.disk === "full") {
        keeper.later.push(safe);
        return "not-kept" as const;
      }
      written.push(`keep ${mark.text}`);
      kept.set(mark.id, mark);
      return "kept" as const;
    },
    note: (id: string, timeSeconds: number) => void written.push(`time ${id} ${timeSeconds}`),
    settle: (id: string, result: string) => void written.push(`${result} ${id}`),
    load: async () => keeper.left,
  };
  return keeper satisfies MarkKeeper;
}

/** As an earlier process, before the machine was started anew, left it. */
export const left: KeptMark = {
  id: "old-1",
  room: ROOM,
  roomId: valtRoomId(4),
  recording: recordingId(616),
  server: "https://valt.example.com",
  text: "before",
  color: "red",
  correlation: "c" as never,
  device: deviceId("desk"),
  source: "key-1",
  pressedWallMs: 1000,
  pressed: { era: "another boot", atMs: 0 },
  timeSeconds: 33,
};
