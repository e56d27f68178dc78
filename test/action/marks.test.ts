import { describe, expect, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { settle } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { createMarkSetting, whileRecording } from "./marks-setting.ts";
import { OTHER_ROOM, ROOM } from "./setting.ts";

describe("the time of a mark", () => {
  test("is that of the press, not that of the request", async () => {
    const { clock, mark, added } = whileRecording();
    await clock.advance(5000);
    mark("She hesitates", { atMs: 2000 });
    await settle();
    expect(added()).toEqual([
      { room: 4, recordingId: "616", timeSeconds: 12, text: "She hesitates", color: "red" },
    ]);
  });

  test("does not grow while the room is paused", async () => {
    const { clock, mark, added, see, truth, asked } = whileRecording();
    await clock.advance(2000);
    see("paused");
    truth.recordings.set(ROOM, { id: 616, startedMs: 0, standsMs: 12_500 });
    await clock.advance(5000);
    mark("during the pause");
    // The time of a paused recording proves nothing.
    await clock.advance(4900);
    expect(added()).toEqual([]);
    await clock.advance(600);
    asked[0]!.answer({});
    see("paused");
    truth.recordings.set(ROOM, { id: 616, startedMs: clock.monotonicMs() - 12_500 });
    see("recording");
    await clock.advance(3000);
    mark("after it");
    await settle();
    expect(added().map(({ timeSeconds }) => timeSeconds)).toEqual([12, 15]);
  });

  test("stays that of the press however late the server can be reached", async () => {
    const { clock, mark, asked, added } = whileRecording();
    await clock.advance(1000);
    mark("early");
    await settle();
    for (let attempt = 0; attempt < 5; attempt++) {
      asked.at(-1)!.refuse(failures.unreachable);
      await clock.advance(12_000);
    }
    expect(added().length).toBeGreaterThan(4);
    expect(new Set(added().map(({ timeSeconds }) => timeSeconds))).toEqual(new Set([11]));
  });

  test("is waited for when the server has not said how far the recording has run", async () => {
    const { clock, mark, see, time, added, truth } = createMarkSetting();
    see("recording");
    truth.way = "cut";
    await clock.advance(300);
    const early = mark("early", { atMs: 100 });
    await settle();
    expect(added()).toEqual([]);
    await clock.advance(100);
    time(7);
    truth.way = "open";
    await clock.advance(1800);
    expect(added()).toMatchObject([{ timeSeconds: 7, text: "early" }]);
    expect(early.outcome).toBe("not yet");
  });

  test("that nobody can ever know is no reason to hold up the marks behind it", async () => {
    const { clock, mark, see, time, added, delivered, truth, asked, store } = createMarkSetting();
    see("recording");
    truth.way = "cut";
    const lost = mark("never timed");
    await clock.advance(1500);
    see("available");
    await clock.advance(100);
    see("recording", 617);
    time(0, 617);
    truth.way = "open";
    mark("next");
    await clock.advance(20_000);
    asked[0]!.answer({});
    await settle();
    expect(lost.outcome).toEqual({ kind: "waiting", kept: "kept" });
    expect(added()).toMatchObject([{ recordingId: "617", text: "next" }]);
    expect(delivered.map(([, ok]) => ok)).toEqual([false, true]);
    expect(store.get(ROOM).marksWaiting).toBe(0);
  });
});

describe("a mark", () => {
  test("waits for the start that was asked for before it, and for no later one", async () => {
    const { clock, mark, see, added, truth } = createMarkSetting();
    let answerFirst = (): void => undefined;
    truth.starting = new Promise((resolve) => {
      answerFirst = resolve;
    });
    mark("one");
    truth.starting = new Promise(() => undefined);
    await settle();
    expect(added()).toEqual([]);
    see("recording");
    answerFirst();
    await clock.advance(1100);
    expect(added()).toMatchObject([{ recordingId: "616", text: "one" }]);
  });

  test("in a recording that was not known at the press is refused when that began later", async () => {
    const { clock, mark, see, added } = createMarkSetting();
    await clock.advance(8000);
    see("recording");
    await clock.advance(1000);
    const late = mark("before it", { atMs: 2000 });
    await clock.advance(3000);
    expect(late.outcome).toEqual({ kind: "refused", reason: "recording-unknown" });
    expect(added()).toEqual([]);
  });

  test("in a recording that began after the press is refused, though the look that showed it was asked before", async () => {
    const { clock, mark, store, truth, added } = createMarkSetting();
    let answer = (): void => undefined;
    truth.starting = new Promise((resolve) => {
      answer = resolve;
    });
    await clock.advance(1000);
    const early = mark("early");
    await clock.advance(1500);
    truth.recordings.set(ROOM, { id: 616, startedMs: clock.monotonicMs() });
    await clock.advance(1600);
    const times = { sentMs: 990, receivedMs: clock.monotonicMs() };
    store.tell(ROOM, { kind: "seen", status: "recording", recordingId: recordingId(616), ...times });
    answer();
    await clock.advance(3000);
    expect(early.outcome).toEqual({ kind: "refused", reason: "recording-unknown" });
    expect(added()).toEqual([]);
  });

  test("is done when the server took it", async () => {
    const { mark, asked, queue, delivered } = whileRecording();
    const one = mark("one");
    await settle();
    expect(queue.waiting()).toBe(1);
    asked[0]!.answer({});
    await settle();
    expect(one.outcome).toMatchObject({ kind: "done" });
    expect(queue.waiting()).toBe(0);
    expect(delivered.map(([{ text }, ok]) => [text, ok])).toEqual([["one", true]]);
  });

  test("is given up when the mapping names another server meanwhile: its recordings are others", async () => {
    const { mark, asked, server, clock, added, delivered } = whileRecording();
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    server.url = "https://other.example.com";
    await clock.advance(10_000);
    expect(added()).toHaveLength(1);
    expect(delivered.map(([, ok]) => ok)).toEqual([false]);
  });

  test("is put into the recording that ran at the press, though another runs by now", async () => {
    const { mark, asked, see, added, clock } = whileRecording();
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    see("recording", 617);
    await clock.advance(1000);
    expect(added().map(({ recordingId: id }) => id)).toEqual(["616", "616"]);
  });

  test.each([
    ["available", "not-recording"],
    ["unseen", "recording-unknown"],
  ] as const)("is refused while the room is %s: %s", async (state, reason) => {
    const { mark, see, added, truth } = createMarkSetting();
    if (state === "available") see("available");
    else truth.way = "cut";
    const one = mark("one");
    await settle();
    await settle();
    expect(one.outcome).toEqual({ kind: "refused", reason });
    expect(added()).toEqual([]);
  });

  test("is refused after an own stop, unless a start whose answer was lost may have followed", async () => {
    const { mark, store, truth, clock } = whileRecording();
    const at = { sentMs: 0, atMs: 0 };
    const send = (command: "start" | "stop") =>
      store.tell(ROOM, { kind: "command-sent", command, correlation: command as never, atMs: 0 });
    send("stop");
    store.tell(ROOM, { kind: "command-accepted", recordingId: recordingId(616), pressedAtMs: 0, ...at });
    const stopped = mark("one");
    await settle();
    expect(stopped.outcome).toEqual({ kind: "refused", reason: "not-recording" });
    send("start");
    store.tell(ROOM, { kind: "command-unheard", ifNot: "lost", atMs: 0, actsUntilMs: 0 });
    truth.recordings.set(ROOM, { id: 700, startedMs: clock.monotonicMs() });
    const started = mark("two");
    await clock.advance(2000);
    expect(started.outcome).toEqual({ kind: "waiting", kept: "kept" });
  });

  test("is refused in a room that the server does not know", async () => {
    const { mark, truth } = createMarkSetting();
    truth.way = "no-such-room";
    const one = mark("one");
    await settle();
    expect(one.outcome).toEqual({ kind: "refused", reason: "unknown-room" });
  });

  test("is refused while the room records and its recording is not known", async () => {
    const { mark, store, truth } = createMarkSetting();
    truth.hides = true;
    const at = { sentMs: 0, receivedMs: 0, recordingId: undefined };
    store.tell(ROOM, { kind: "seen", status: "recording", ...at });
    const one = mark("one");
    await settle();
    await settle();
    expect(one.outcome).toEqual({ kind: "refused", reason: "recording-unknown" });
  });

  test("for a room that the mapping does not know is refused", async () => {
    const { mark } = whileRecording();
    const one = mark("one", { room: "cellar" as never });
    await settle();
    await settle();
    expect(one.outcome).toEqual({ kind: "refused", reason: "unknown-room" });
  });

  test("that comes twice within a quarter of a second counts once, per device and text", async () => {
    const { mark, clock, asked } = whileRecording();
    const presses = [mark("one"), mark("one"), mark("two"), mark("one", { device: "door" })];
    await clock.advance(249);
    presses.push(mark("one"));
    await clock.advance(1);
    presses.push(mark("one"));
    for (let index = 0; index < 4; index++) {
      asked[index]!.answer({});
      await settle();
    }
    expect(presses.map(({ outcome }) => (outcome === "not yet" ? outcome : outcome.kind))).toEqual([
      "done",
      "refused",
      "done",
      "done",
      "refused",
      "done",
    ]);
  });

  test("that the server refuses is reported with the server's words, and the next goes on", async () => {
    const { mark, asked, store, added, delivered } = whileRecording();
    const one = mark("one");
    await settle();
    mark("two");
    await settle();
    asked[0]!.refuse(failures.refused);
    await settle();
    expect(one.outcome).toEqual({ kind: "failed", failure: failures.refused });
    expect(store.get(ROOM).trouble).toMatchObject({
      text: "mark refused: the server refused",
      brief: "mark not saved",
    });
    expect(delivered[0]?.[1]).toBe(false);
    expect(added().map(({ text }) => text)).toEqual(["one", "two"]);
  });
});

describe("while the server cannot be reached", () => {
  test("marks are kept, the asker is told after two seconds, and their number is shown", async () => {
    const { mark, asked, clock, store, queue } = whileRecording();
    const one = mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    expect(store.get(ROOM).marksWaiting).toBe(1);
    const two = mark("two");
    await settle();
    await settle();
    expect(store.get(ROOM).marksWaiting).toBe(2);
    await clock.advance(1999);
    expect(one.outcome).toBe("not yet");
    await clock.advance(1);
    expect([one.outcome, two.outcome]).toEqual([
      { kind: "waiting", kept: "kept" },
      { kind: "waiting", kept: "kept" },
    ]);
    expect(queue.waiting()).toBe(2);
  });

  test("marks are delivered in order when it is back, and the number goes to nothing", async () => {
    const { mark, asked, clock, store, added } = whileRecording();
    for (const text of ["one", "two", "three"]) mark(text);
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await clock.advance(10_000);
    const counts: number[] = [];
    for (let index = 1; index <= 3; index++) {
      asked[index]!.answer({});
      await settle();
      counts.push(store.get(ROOM).marksWaiting);
    }
    expect(added().map(({ text }) => text)).toEqual(["one", "one", "two", "three"]);
    expect(counts).toEqual([2, 1, 0]);
  });

  test("one room's marks do not wait for another's", async () => {
    const { mark, asked, see, time, added } = whileRecording();
    see("recording", 700, OTHER_ROOM);
    time(1, 700, OTHER_ROOM);
    mark("here");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    mark("there", { room: OTHER_ROOM });
    await settle();
    expect(added().at(-1)).toMatchObject({ room: 5, text: "there" });
  });

  test("attempts grow rarer, up to ten seconds apart", async () => {
    const { mark, asked, clock } = whileRecording();
    mark("one");
    await settle();
    const attemptsAtMs: number[] = [0];
    for (let count = 0; count < 8; count++) {
      asked.at(-1)!.refuse(failures.unreachable);
      const before = asked.length;
      while (asked.length === before) await clock.advance(25);
      attemptsAtMs.push(clock.monotonicMs());
    }
    const gaps = attemptsAtMs.slice(1).map((atMs, index) => atMs - attemptsAtMs[index]!);
    expect(gaps).toEqual(gaps.toSorted((one, other) => one - other));
    expect(gaps[0]).toBeLessThanOrEqual(500);
    expect(gaps.at(-1)).toBeGreaterThan(7000);
    expect(gaps.at(-1)).toBeLessThanOrEqual(10_000);
  });

  test("nothing more is sent after closing, and what waits is still counted", async () => {
    const { mark, asked, clock, queue } = whileRecording();
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    queue.close();
    await clock.advance(60_000);
    expect(asked).toHaveLength(1);
    expect(queue.waiting()).toBe(1);
  });
});

describe("after a lost answer", () => {
  async function whileUnheard() {
    const setting = whileRecording();
    const one = setting.mark("one");
    await settle();
    setting.asked[0]!.refuse(failures.lostAnswer);
    await setting.clock.advance(5000);
    return { ...setting, one };
  }

  test("a slow server is given time to act, for looking sooner would prove nothing", async () => {
    const { mark, asked, clock } = whileRecording();
    mark("one");
    await settle();
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(4900);
    expect(asked.map(({ what }) => what)).toEqual(["add"]);
    await clock.advance(200);
    expect(asked.map(({ what }) => what)).toEqual(["add", "read"]);
  });

  test("the recording's marks are read back before anything is sent again", async () => {
    const { asked } = await whileUnheard();
    expect(asked.map(({ what }) => what)).toEqual(["add", "read"]);
    expect(asked[1]?.request).toBe("616");
  });

  test("a mark that is found there is not sent again", async () => {
    const { asked, one, queue } = await whileUnheard();
    asked[1]!.answer([{ timeSeconds: 10, text: "one" }]);
    await settle();
    expect(asked).toHaveLength(2);
    // Its maker was told meanwhile that it is kept.
    expect(one.outcome).toEqual({ kind: "waiting", kept: "kept" });
    expect(queue.waiting()).toBe(0);
  });

  test.each([
    ["nothing", []],
    ["the same text at another time", [{ timeSeconds: 9, text: "one" }]],
    ["another text at the same time", [{ timeSeconds: 10, text: "two" }]],
  ])("a mark is sent again when the server has %s", async (_, known) => {
    const { asked } = await whileUnheard();
    asked[1]!.answer(known);
    await settle();
    expect(asked.map(({ what }) => what)).toEqual(["add", "read", "add"]);
  });

  test("a mark is not sent again as long as nobody can look", async () => {
    const { asked, clock } = await whileUnheard();
    asked[1]!.refuse(failures.unreachable);
    await clock.advance(10_000);
    expect(asked.map(({ what }) => what)).toEqual(["add", "read", "read"]);
  });
});
