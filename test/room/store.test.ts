import { describe, expect, test } from "vitest";
import { recordingId, roomName } from "../../src/base/identifiers.ts";
import type { RoomEvent } from "../../src/room/room-state.ts";
import { createRoomStore, type RoomChange } from "../../src/room/store.ts";
import type { RoomStatus } from "../../src/valt/answers.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";

const [ONE, TWO] = [roomName("one"), roomName("two")];

function createSetting() {
  const clock = createFakeClock();
  const store = createRoomStore({
    clock,
    timingOf: (status) => ({
      freshMs: status === "recording" ? 6000 : 15_000,
      statusTrailsMs: 5000,
      lookWithinMs: 3000,
      troubleMs: 4000,
    }),
  });
  store.track([ONE, TWO]);
  const changes: RoomChange[] = [];
  store.onChange((change) => changes.push(change));
  const see = (room: typeof ONE, status: RoomStatus) => {
    const nowMs = clock.monotonicMs();
    store.tell(room, { kind: "seen", status, recordingId: undefined, sentMs: nowMs, receivedMs: nowMs });
  };
  return { clock, store, changes, see };
}

test("a room grows stale by time alone, each by its own limit, and everybody is told", async () => {
  const { clock, changes, see } = createSetting();
  see(ONE, "recording");
  see(TWO, "available");
  changes.length = 0;
  await clock.advance(5999);
  expect(changes).toEqual([]);
  await clock.advance(1);
  expect(changes.map(({ room, state }) => [room, state.knowledge.kind])).toEqual([["one", "stale"]]);
  await clock.advance(9000);
  expect(changes.map(({ room }) => room)).toEqual(["one", "two"]);
});

test("an answer puts the limit off", async () => {
  const { clock, store, see } = createSetting();
  see(ONE, "recording");
  await clock.advance(5000);
  see(ONE, "recording");
  await clock.advance(5999);
  expect(store.get(ONE).knowledge.kind).toBe("live");
  await clock.advance(1);
  expect(store.get(ONE).knowledge.kind).toBe("stale");
});

test("an earlier moment replaces the wake-up that was set, and the later one still comes", async () => {
  const { clock, store, see } = createSetting();
  see(TWO, "available");
  await clock.advance(1000);
  store.tell(ONE, { kind: "troubled", text: "x", atMs: 1000 });
  await clock.advance(4000);
  expect(store.get(ONE).trouble).toBeUndefined();
  await clock.advance(10_000);
  expect(store.get(TWO).knowledge.kind).toBe("stale");
});

test("one timer is enough for all rooms, and none is left when nothing can change", async () => {
  const { clock, store, see } = createSetting();
  for (let count = 0; count < 100; count++) {
    see(ONE, "recording");
    see(TWO, "available");
    await clock.advance(10);
  }
  expect(clock.timerCount()).toBe(1);
  store.tell(ONE, { kind: "troubled", text: "x", atMs: clock.monotonicMs() });
  expect(clock.timerCount()).toBe(1);
  await clock.advance(60_000);
  expect(clock.timerCount()).toBe(0);
});

test("what does not change anything is told to nobody", () => {
  const { store, changes } = createSetting();
  store.tell(ONE, { kind: "marks-waiting", count: 0 });
  store.tell(ONE, { kind: "time-passed", atMs: 0 });
  expect(changes).toEqual([]);
});

test("a change carries the state before and after", () => {
  const { changes, see } = createSetting();
  see(ONE, "recording");
  expect(changes[0]).toMatchObject({
    room: "one",
    previous: { knowledge: { kind: "never-seen" } },
    state: { knowledge: { status: "recording" } },
  });
});

test("a listener that has gone is told nothing more", () => {
  const { store, see } = createSetting();
  let calls = 0;
  const stop = store.onChange(() => calls++);
  see(ONE, "recording");
  stop();
  see(ONE, "available");
  expect(calls).toBe(1);
});

test("rooms that are no longer tracked are forgotten, and begin anew when they come back", () => {
  const { store, see, changes } = createSetting();
  see(ONE, "recording");
  store.track([TWO]);
  changes.length = 0;
  see(ONE, "recording");
  expect(changes).toEqual([]);
  expect([...store.rooms()]).toEqual(["two"]);
  store.track([ONE, TWO]);
  expect(store.get(ONE).knowledge.kind).toBe("never-seen");
});

test("a room is as a command wants it when its status is known to be so", () => {
  const { store, see } = createSetting();
  expect(store.fulfils(ONE, "stop")).toBe(false);
  see(ONE, "recording");
  expect([store.fulfils(ONE, "start"), store.fulfils(ONE, "stop")]).toEqual([true, false]);
});

test("nothing wakes up after closing", async () => {
  const { clock, store, see } = createSetting();
  see(ONE, "recording");
  store.close();
  expect(clock.timerCount()).toBe(0);
});

test("rooms that go on being tracked stay as they are", () => {
  const { store, see } = createSetting();
  see(ONE, "recording");
  store.track([ONE, TWO]);
  expect(store.get(ONE).knowledge.kind).toBe("live");
});

describe("of a recording at five seconds, what people are told of:", () => {
  const look = (status: RoomStatus, id: number): RoomEvent => {
    return { kind: "seen", status, recordingId: recordingId(id), sentMs: 10, receivedMs: 10 };
  };
  const read = (timeSeconds: number, atMs: number): RoomEvent => {
    return { kind: "timed", recordingId: recordingId(616), timeSeconds, sentMs: atMs, receivedMs: atMs };
  };

  test.each<[what: string, event: RoomEvent, told: number]>([
    ["nothing, when a look finds it as it was", look("recording", 616), 0],
    ["another status", look("paused", 616), 1],
    ["another recording", look("recording", 700), 1],
    ["a time that stands still", read(5, 10_000), 1],
    ["no time that is right", read(6, 1000), 0],
    ["no time that moves by half a tenth", read(6, 1100), 0],
    ["a time that moves by a tenth of a second", read(6, 1200), 1],
    ["a time that moves by more", read(6, 1300), 1],
    ["trouble", { kind: "troubled", text: "x", atMs: 10 }, 1],
    ["an alarm", { kind: "alarmed", text: "x" }, 1],
    ["marks that wait", { kind: "marks-waiting", count: 1 }, 1],
    ["a leap of the clocks", { kind: "leapt", why: "x" }, 1],
  ])("%s", (_, event, told) => {
    const { store, changes } = createSetting();
    store.tell(ONE, { ...look("recording", 616), sentMs: 0 } as RoomEvent);
    store.tell(ONE, read(5, 0));
    changes.length = 0;
    store.tell(ONE, event);
    expect(changes).toHaveLength(told);
  });

  test("another one, also where no time is known of either", () => {
    const { store, changes } = createSetting();
    for (const id of [616, 700, 700]) store.tell(ONE, look("recording", id));
    expect(changes.map(({ state }) => state.recording?.id)).toEqual(["616", "700"]);
  });

  test("nothing, when there is still none", () => {
    const { see, changes } = createSetting();
    for (const _ of ["once", "again"]) see(ONE, "available");
    expect(changes).toHaveLength(1);
  });

  test("its first time, and that it is lost", () => {
    const { store, changes } = createSetting();
    store.tell(ONE, look("recording", 616));
    changes.length = 0;
    store.tell(ONE, read(5, 10));
    expect(changes).toHaveLength(1);
  });

  test("another reason why nothing is known", () => {
    const { store, changes } = createSetting();
    const failure = failures.unreachable;
    store.tell(ONE, { kind: "not-seen", failure, sentMs: 0, atMs: 0 });
    expect(changes).toHaveLength(1);
  });
});
