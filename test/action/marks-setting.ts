import type { KeptMark, Mark, MarkKeeper } from "../../src/action/mark.ts";
import { MarkQueue } from "../../src/action/marks.ts";
import { createRepeatGuard } from "../../src/action/repeat-guard.ts";
import { deviceId, recordingId, valtRoomId } from "../../src/base/identifiers.ts";
import { elapsedAt } from "../../src/room/recording-clock.ts";
import { viewRoom } from "../../src/room/room-view.ts";
import { createRoomStore } from "../../src/room/store.ts";
import type { NewMark } from "../../src/valt/marks.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createAskedList, pressAt } from "../support/fake-valt.ts";
import { OTHER_ROOM, ROOM, watch } from "./setting.ts";

/** A mark queue with a real store and a server that answers by hand. */
export function createMarkSetting() {
  const clock = createFakeClock();
  const store = createRoomStore({
    clock,
    timingOf: () => ({ freshMs: 6000, confirmMs: 5000, lookForMs: 10_000, troubleMs: 4000 }),
  });
  store.track([ROOM, OTHER_ROOM]);
  const { asked, ask } = createAskedList<unknown>();
  const delivered: [Mark, boolean][] = [];
  const elsewhere: (string | undefined)[] = [];
  const keeper = createTestKeeper();
  let ids = 0;
  const server = { url: "https://valt.example.com" };
  const queue = new MarkQueue({
    server: () => server.url,
    valt: () => ({
      addMark: (mark) => ask("add", mark.room, mark) as never,
      marks: (id) => ask("read", undefined, id) as never,
    }),
    store,
    clock,
    guard: createRepeatGuard(() => 250, "ignore"),
    answerWithinMs: 2000,
    keeper,
    newId: () => `mark-${++ids}`,
    roomId: (room) => (room === ROOM ? valtRoomId(4) : room === OTHER_ROOM ? valtRoomId(5) : undefined),
    view: (room) => viewRoom(store.get(room), clock.monotonicMs()),
    elapsedMs: (room, id, atMs) => {
      const recording = store.get(room).recording;
      return recording?.id === id && recording.clock ? elapsedAt(recording.clock, atMs) : undefined;
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
    see(status: "recording" | "paused" | "available", id = 616, room = ROOM) {
      const recording = status === "available" ? undefined : recordingId(id);
      store.tell(room, {
        kind: "seen",
        status,
        recordingId: recording,
        sentMs: nowMs(),
        receivedMs: nowMs(),
      });
    },
    /** The server says that the recording has run for whole seconds: the estimate is in their middle. */
    time(timeSeconds: number, id = 616, room = ROOM) {
      const at = { sentMs: nowMs(), receivedMs: nowMs() };
      store.tell(room, { kind: "timed", recordingId: recordingId(id), timeSeconds, ...at });
    },
    mark(text: string, options: { atMs?: number; room?: typeof ROOM; device?: string } = {}) {
      const { atMs = nowMs(), room = ROOM, device } = options;
      return watch(queue.add({ kind: "mark", room, text, color: "red" }, pressAt(atMs, device)));
    },
    added: () => asked.filter(({ what }) => what === "add").map(({ request }) => request as NewMark),
  };
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
