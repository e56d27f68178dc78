import { describe, expect, test } from "vitest";
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

  test("that is so already is not sent", async () => {
    const { press, see, commands } = createPerformSetting();
    see("recording");
    const start = press("start");
    await settle();
    expect(start.outcome).toEqual({ kind: "already-so" });
    expect(commands()).toEqual([]);
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
  test("is looked for before anything else, and nothing is sent twice", async () => {
    const { press, see, asked, commands, clock, looks } = createPerformSetting();
    see("available");
    const start = press("start");
    const stop = press("stop");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(50);
    expect(looks).toEqual(["interview-1"]);
    expect(commands()).toEqual(["start"]);
    see("recording");
    await settle();
    expect(start.outcome).toEqual(done);
    expect(commands()).toEqual(["start", "stop"]);
    expect(stop.outcome).toBe("not yet");
  });

  test("means failed when the room did not change, even after the longest lag of its status", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(1900);
    see("available");
    await settle();
    expect(start.outcome).toBe("not yet");
    await clock.advance(200);
    see("available");
    await settle();
    expect(start.outcome).toEqual({ kind: "failed", failure: failures.lostAnswer });
    expect(commands()).toEqual(["start"]);
  });

  test("means failed when nobody could look for ten seconds", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(9999);
    expect(start.outcome).toBe("not yet");
    await clock.advance(2);
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
