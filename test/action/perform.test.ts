import { describe, expect, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { failures } from "../support/fake-valt.ts";
import { createPerformSetting, OTHER_ROOM, ROOM, settle } from "./setting.ts";

const done = { kind: "done" };

describe("a wish", () => {
  test("is sent at once and is done when the server took it", async () => {
    const { press, see, asked, commands, looks, recorded, store } = createPerformSetting();
    see("available");
    const start = press("start", { wish: { author: 7 } });
    expect(commands()).toEqual(["start"]);
    await settle();
    expect(recorded).toEqual(["start"]);
    expect(asked[0]).toMatchObject({
      room: 4,
      request: { wish: { name: "named by the room", author: 7 }, limits: { sendWithinMs: 2000 } },
    });
    expect(store.get(ROOM).pending?.phase).toBe("sent");
    asked[0]!.answer({ recordingId: "616" as never });
    await settle();
    expect(start.outcome).toEqual({ kind: "done", recording: "616" });
    expect(looks).toEqual(["interview-1"]);
  });

  test("makes nothing true: the status stays what the server last said", async () => {
    const { press, see, asked, store } = createPerformSetting();
    see("available");
    press("start");
    asked[0]!.answer({});
    await settle();
    const { knowledge, pending } = store.get(ROOM);
    expect(knowledge).toMatchObject({ kind: "live", status: "available" });
    expect(pending).toMatchObject({ command: "start", phase: "accepted" });
  });

  test.each([
    ["start", "recording"],
    ["stop", "available"],
    ["pause", "paused"],
    ["resume", "recording"],
    ["lock", "locked"],
    ["unlock", "available"],
  ] as const)("to %s is sent although the room was last seen %s: that may be over", async (wish, status) => {
    const { press, see, asked, commands } = createPerformSetting();
    see(status);
    const pressed = press(wish);
    expect(commands()).toEqual([wish]);
    asked[0]!.refuse(failures.refused);
    await settle();
    expect(pressed.outcome).toBe("not yet");
    see(status);
    await settle();
    expect(pressed.outcome).toEqual({ kind: "already-so" });
  });

  test.each([
    ["start", "paused", "room-paused"],
    ["lock", "recording", "room-recording"],
    ["lock", "paused", "room-recording"],
  ] as const)(
    "to %s while %s is refused only by a look asked after the press",
    async (wish, status, reason) => {
      const { press, see, asked, commands } = createPerformSetting();
      see(status);
      const refused = press(wish);
      expect(commands()).toEqual(["look"]);
      asked[0]!.answer(status as never);
      await settle();
      expect(refused.outcome).toEqual({ kind: "refused", reason });
      press(wish);
      asked[1]!.answer("available" as never);
      await settle();
      expect(commands()).toEqual(["look", "look", wish]);
    },
  );

  test("that waits for a look expires when the look takes too long", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("paused");
    const start = press("start");
    await clock.advance(2001);
    asked[0]!.answer("available" as never);
    await settle();
    expect(start.outcome).toEqual({ kind: "expired" });
    expect(commands()).toEqual(["look"]);
  });

  test.each([
    ["start", "locked", "room-locked"],
    ["pause", "available", "not-recording"],
    ["resume", "locked", "not-recording"],
  ] as const)(
    "to %s that the server refuses is explained by the room, seen %s",
    async (wish, status, reason) => {
      const { press, see, asked } = createPerformSetting();
      see("available");
      const refused = press(wish);
      asked[0]!.refuse(failures.refused);
      await settle();
      see(status);
      await settle();
      expect(refused.outcome).toEqual({ kind: "refused", reason });
    },
  );

  test("in a room that the server does not know is refused as soon as a look says so", async () => {
    const { press, asked, store, clock } = createPerformSetting();
    const start = press("start");
    asked[0]!.refuse(failures.notFound);
    await clock.advance(10);
    store.tell(ROOM, { kind: "not-seen", failure: failures.notFound, sentMs: 10, atMs: 10 });
    await settle();
    expect(start.outcome).toEqual({ kind: "refused", reason: "unknown-room" });
  });

  test("to lock a room that the server does not know is refused as that", async () => {
    const { press, asked, store } = createPerformSetting();
    const lock = press("lock");
    store.tell(ROOM, { kind: "not-seen", failure: failures.notFound, sentMs: 0, atMs: 0 });
    asked[0]!.refuse(failures.notFound);
    await settle();
    expect(lock.outcome).toEqual({ kind: "refused", reason: "unknown-room" });
  });

  test("that was refused is not so already because an older look said so", async () => {
    const { press, see, asked, store, clock } = createPerformSetting();
    see("recording");
    await clock.advance(10);
    const start = press("start");
    asked[0]!.refuse(failures.refused);
    await clock.advance(10);
    store.tell(ROOM, { kind: "not-seen", failure: failures.unreachable, sentMs: 15, atMs: 20 });
    expect(start.outcome).toBe("not yet");
    store.tell(ROOM, { kind: "not-seen", failure: failures.unreachable, sentMs: 20, atMs: 21 });
    await settle();
    expect(start.outcome).toEqual({ kind: "failed", failure: failures.refused });
    expect(store.get(ROOM).knowledge.kind).toBe("stale");
  });

  test("for a room that the mapping does not know is refused", async () => {
    const { press } = createPerformSetting();
    const lost = press("start", { room: "cellar" as never });
    await settle();
    expect(lost.outcome).toEqual({ kind: "refused", reason: "unknown-room" });
  });

  test("carries what is left of its deadline into the request", async () => {
    const { press, see, asked, clock } = createPerformSetting();
    see("available");
    await clock.advance(1500);
    press("start", { atMs: 0 });
    expect(asked[0]?.request).toMatchObject({ limits: { sendWithinMs: 500 } });
  });
});

describe("several wishes for one room", () => {
  test("are carried out one at a time, in order", async () => {
    const { press, see, asked, commands } = createPerformSetting();
    see("available");
    const start = press("start");
    const stop = press("stop");
    expect(commands()).toEqual(["start"]);
    asked[0]!.answer({});
    await settle();
    expect(commands()).toEqual(["start", "stop"]);
    asked[1]!.answer({});
    await settle();
    expect([start.outcome, stop.outcome]).toEqual([done, done]);
  });

  test("do not hold up another room", () => {
    const { press, see, commands } = createPerformSetting();
    see("available");
    see("available", OTHER_ROOM);
    press("start");
    press("start", { room: OTHER_ROOM });
    expect(commands()).toEqual(["start", "start"]);
  });

  test("join when they are the same", async () => {
    const { press, see, asked, commands } = createPerformSetting();
    see("available");
    const presses = Array.from({ length: 50 }, () => press("start"));
    asked[0]!.answer({});
    await settle();
    expect(commands()).toEqual(["start"]);
    expect(new Set(presses.map(({ outcome }) => JSON.stringify(outcome)))).toEqual(
      new Set([JSON.stringify(done)]),
    );
  });

  test("begin the recording of the earliest press, whichever came first to the queue", async () => {
    const { clock, store, press, see, asked } = createPerformSetting();
    see("recording");
    await clock.advance(1000);
    press("stop");
    press("start");
    // The start of a list that was pressed before, whose turn comes only now.
    press("start", { atMs: 990 });
    press("start");
    asked[0]!.answer({});
    await settle();
    asked[1]!.answer({ recordingId: recordingId(617) });
    await settle();
    expect(store.get(ROOM).recording).toMatchObject({ id: recordingId(617), knownSinceMs: 990 });
  });

  test("are refused when more than eight wait", async () => {
    const { press, see } = createPerformSetting();
    see("available");
    const kinds = ["start", "stop", "pause", "resume", "lock", "unlock", "start", "stop"] as const;
    for (const kind of kinds) press(kind);
    const ninth = press("pause");
    await settle();
    expect(ninth.outcome).toEqual({ kind: "refused", reason: "too-many" });
  });
});

describe("a stale press", () => {
  test("is never sent", async () => {
    const { press, see, clock, commands } = createPerformSetting();
    see("available");
    await clock.advance(2001);
    const start = press("start", { atMs: 0 });
    await settle();
    expect(start.outcome).toEqual({ kind: "expired" });
    expect(commands()).toEqual([]);
  });

  test("is still sent at the very end of its two seconds", async () => {
    const { press, see, clock, commands } = createPerformSetting();
    see("available");
    await clock.advance(2000);
    press("start", { atMs: 0 });
    expect(commands()).toEqual(["start"]);
  });

  test("that waited behind a slow command has expired when its turn comes", async () => {
    const { press, see, asked, clock, commands } = createPerformSetting();
    see("available");
    press("start");
    const stop = press("stop");
    await clock.advance(2500);
    asked[0]!.answer({});
    await settle();
    expect(stop.outcome).toEqual({ kind: "expired" });
    expect(commands()).toEqual(["start"]);
  });

  test("does not take a fresh press with it that came to the queue before it", async () => {
    const { clock, press, see, asked, commands } = createPerformSetting();
    see("recording");
    press("stop");
    await clock.advance(1000);
    press("start");
    await clock.advance(500);
    press("start", { atMs: 0 });
    await clock.advance(600);
    asked[0]!.answer({});
    await settle();
    expect(commands()).toEqual(["stop", "start"]);
  });

  test("does not take a fresh press of the same wish with it", async () => {
    const { press, see, asked, clock, commands } = createPerformSetting();
    see("available");
    press("start");
    const first = press("stop");
    await clock.advance(2400);
    const second = press("stop");
    await clock.advance(100);
    asked[0]!.answer({});
    await settle();
    expect(commands()).toEqual(["start", "stop"]);
    asked[1]!.answer({});
    await settle();
    expect([first.outcome, second.outcome]).toEqual([done, done]);
  });
});

describe("a refusal by the server", () => {
  test("is followed by a look, and is already so when the look shows what was wanted", async () => {
    const { press, see, asked, looks, clock } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse(failures.refused);
    await clock.advance(10);
    expect(looks).toEqual(["interview-1"]);
    expect(start.outcome).toBe("not yet");
    see("recording");
    await settle();
    expect(start.outcome).toEqual({ kind: "already-so" });
  });

  test("has failed with the server's words when the look shows otherwise", async () => {
    const { press, see, asked, clock, store } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse(failures.refused);
    await clock.advance(10);
    see("available");
    await settle();
    expect(start.outcome).toEqual({ kind: "failed", failure: failures.refused });
    expect(store.get(ROOM).trouble?.text).toBe("the server refused");
  });
});

describe("a lost answer", () => {
  test("is looked for, and nothing is sent twice", async () => {
    const { press, see, asked, commands, clock, looks, store } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(50);
    const again = press("start");
    expect(looks).toEqual(["interview-1"]);
    expect(commands()).toEqual(["start"]);
    expect(store.get(ROOM).knowledge.kind).toBe("stale");
    see("recording");
    await settle();
    expect([start.outcome, again.outcome]).toEqual([done, done]);
    expect(commands()).toEqual(["start"]);
  });

  test("holds up no other wish, and nobody knows any more what became of it", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("available");
    const start = press("start");
    const stop = press("stop");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(50);
    expect(commands()).toEqual(["start", "stop"]);
    asked[1]!.answer({});
    await settle();
    expect(start.outcome).toEqual({ kind: "failed", failure: failures.lostAnswer });
    expect(stop.outcome).toEqual(done);
  });

  test("leaves no room for a toggle until it is settled", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("available");
    press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(600);
    const toggle = press("toggle");
    await settle();
    expect(toggle.outcome).toEqual({ kind: "refused", reason: "busy" });
    expect(commands()).toEqual(["start"]);
  });

  test("means failed when the room did not change, even after the longest lag of its status", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(9900);
    see("available");
    await settle();
    expect(start.outcome).toBe("not yet");
    await clock.advance(200);
    see("available");
    await settle();
    expect(start.outcome).toEqual({ kind: "failed", failure: failures.lostAnswer });
    expect(commands()).toEqual(["start"]);
  });

  test("means failed when nobody could look by the time that would have told", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(12_990);
    expect(start.outcome).toBe("not yet");
    await clock.advance(20);
    expect(start.outcome).toEqual({ kind: "failed", failure: failures.lostAnswer });
    expect(commands()).toEqual(["start"]);
  });

  test("is not mistaken for a failure because something else went wrong meanwhile", async () => {
    const { press, see, asked, clock, store } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(50);
    store.tell(ROOM, { kind: "troubled", text: "mark refused", atMs: 50 });
    see("recording");
    await settle();
    expect(start.outcome).toEqual(done);
  });
});

test("a command that never reached the server has failed at once, without a look", async () => {
  const { press, see, asked, looks, store } = createPerformSetting();
  see("available");
  const start = press("start");
  asked[0]!.refuse(failures.unreachable);
  await settle();
  expect(start.outcome).toEqual({ kind: "failed", failure: failures.unreachable });
  expect(looks).toEqual([]);
  expect(store.get(ROOM)).toMatchObject({ pending: undefined, trouble: { text: "no server" } });
});

test("when the clocks leap, what still waits expires; what is on its way goes on", async () => {
  const { press, see, asked, commands, performer } = createPerformSetting();
  see("available");
  const start = press("start");
  const stop = press("stop");
  performer.expireWaiting();
  asked[0]!.answer({});
  await settle();
  expect([start.outcome, stop.outcome]).toEqual([done, { kind: "expired" }]);
  expect(commands()).toEqual(["start"]);
});
