import { describe, expect, test } from "vitest";
import { recordingId } from "../../src/base/identifiers.ts";
import { settle } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { createMarkSetting, left, whileRecording } from "./marks-setting.ts";
import { ROOM } from "./setting.ts";

/** Lets time pass until the server was asked so often; not for ever. */
async function untilAsked({ asked, clock }: ReturnType<typeof whileRecording>, count: number): Promise<void> {
  for (let ms = 0; ms < 60_000 && asked.length < count; ms += 5) await clock.advance(5);
  expect(asked).toHaveLength(count);
}

const OTHER = "https://other.example.com";
const forbidden = { ...failures.refused, httpStatus: 403 };

describe("marks of an earlier process", () => {
  async function restoring(timeSeconds: number | undefined) {
    const setting = whileRecording();
    setting.keeper.left = { waiting: [{ ...left, timeSeconds }], delivered: [], refused: [] };
    await setting.queue.restore();
    return setting;
  }

  test("are counted at once, and not looked for before a request of that process can have been acted upon", async () => {
    const { clock, asked, store } = await restoring(33);
    expect(store.get(ROOM).marksWaiting).toBe(1);
    await clock.advance(9999);
    expect(asked).toEqual([]);
    await clock.advance(1);
    expect(asked.map(({ what }) => what)).toEqual(["read"]);
  });

  test.each([
    [33, 0],
    [undefined, 1],
  ])("with their time at %s s have their room asked %i times at once", async (timeSeconds, looks) => {
    const { truth } = await restoring(timeSeconds);
    expect(truth.looks).toBe(looks);
  });
});

test("a room that the mapping does not know is told as such, however often it is pressed", async () => {
  const { mark } = whileRecording();
  const presses = [mark("one", { room: "cellar" as never }), mark("one", { room: "cellar" as never })];
  await settle();
  for (const { outcome } of presses) expect(outcome).toEqual({ kind: "refused", reason: "unknown-room" });
});

describe("a mark around an own start", () => {
  async function started(answeredMs = 2000) {
    const setting = createMarkSetting();
    const { clock, store, truth } = setting;
    setting.see("available");
    await clock.advance(1000);
    store.tell(ROOM, { kind: "command-sent", command: "start", correlation: "c" as never, atMs: 1000 });
    await clock.advance(answeredMs - 1000);
    truth.recordings.set(ROOM, { id: 700, startedMs: answeredMs - 100 });
    const times = { pressedAtMs: 900, sentMs: 1000, atMs: answeredMs };
    store.tell(ROOM, { kind: "command-accepted", recordingId: recordingId(700), ...times });
    return setting;
  }

  test.each([950, 1000])("pressed %i ms in, before it was sent, is at its begin", async (atMs) => {
    const { clock, mark, added } = await started();
    await clock.advance(1500);
    mark("Begin", { atMs });
    await clock.advance(600);
    expect(added()).toMatchObject([{ recordingId: "700", timeSeconds: 0 }]);
  });

  test.each([
    [950, [{ recordingId: "700", timeSeconds: 0 }]],
    [1000, [{ recordingId: "700", timeSeconds: 0 }]],
    [1001, []],
  ])(
    "pressed %i ms in is there though the answer was slow and the server away, not after it was sent",
    async (atMs, expected) => {
      const { clock, mark, added, truth } = await started(3000);
      truth.way = "cut";
      mark("Begin", { atMs });
      await clock.advance(10_000);
      truth.way = "open";
      await clock.advance(10_000);
      expect(added().slice(0, 1)).toMatchObject(expected);
    },
  );

  test("pressed long after it was sent is not", async () => {
    const { clock, mark, added, time } = await started();
    await clock.advance(8000);
    time(8, 700);
    mark("later");
    await clock.advance(6000);
    expect(added()).toMatchObject([{ recordingId: "700", timeSeconds: 8 }]);
  });
});

test("a mark after an own stop is refused unasked only as long as the server may trail", async () => {
  const { mark, store, truth, clock } = whileRecording();
  store.tell(ROOM, { kind: "command-sent", command: "stop", correlation: "c" as never, atMs: 0 });
  const times = { pressedAtMs: 0, sentMs: 0, atMs: 0 };
  store.tell(ROOM, { kind: "command-accepted", recordingId: recordingId(616), ...times });
  truth.recordings.set(ROOM, { id: 700, startedMs: 0 });
  await clock.advance(4999);
  const early = mark("early");
  await settle();
  expect([early.outcome, truth.looks]).toEqual([{ kind: "refused", reason: "not-recording" }, 0]);
  await clock.advance(1);
  const late = mark("late");
  await clock.advance(2000);
  expect(late.outcome).toEqual({ kind: "waiting", kept: "kept" });
});

test("a mark in a room that the server takes too long to tell of is refused", async () => {
  const { mark, truth, clock } = createMarkSetting();
  truth.waitMs = 3000;
  const one = mark("one");
  await clock.advance(2000);
  expect(one.outcome).toEqual({ kind: "refused", reason: "recording-unknown" });
});

test("a mark that nobody can find is given up at the sixth refusal to tell of it", async () => {
  const setting = whileRecording();
  const { mark, asked, keeper } = setting;
  mark("one");
  await settle();
  asked[0]!.refuse(failures.lostAnswer);
  for (let count = 1; count <= 6; count++) {
    await untilAsked(setting, count + 1);
    expect(keeper.written).toEqual(["keep one"]);
    asked[count]!.refuse(forbidden);
    await settle();
  }
  expect(asked.map(({ what }) => what)).toEqual(["add", ...Array(6).fill("read")]);
  expect(keeper.written).toEqual(["keep one", "refused mark-1"]);
});

test("a mark that goes straight through never shows as one that waits, and leaves no timer behind", async () => {
  const { mark, asked, store, clock } = whileRecording();
  const timers = clock.timerCount();
  const one = mark("one");
  await settle();
  expect(store.get(ROOM)).toMatchObject({ marksWaiting: 0 });
  asked[0]!.answer({});
  await settle();
  expect(one.outcome).toEqual({ kind: "done", atSeconds: 10 });
  expect(clock.timerCount()).toBe(timers);
});

describe("the pauses between attempts", () => {
  /** How long the server is left alone after it could not be reached. */
  async function pauseAfterFailure(setting: ReturnType<typeof whileRecording>): Promise<number> {
    const { asked, clock } = setting;
    const fromMs = clock.monotonicMs();
    asked.at(-1)!.refuse(failures.unreachable);
    await untilAsked(setting, asked.length + 1);
    return clock.monotonicMs() - fromMs;
  }

  test("double, and begin anew behind a mark that was taken", async () => {
    const setting = whileRecording();
    setting.mark("one");
    setting.mark("two");
    await settle();
    const pauses = [await pauseAfterFailure(setting), await pauseAfterFailure(setting)];
    expect(pauses).toEqual([425, 850]);
    setting.asked.at(-1)!.answer({});
    await settle();
    expect(await pauseAfterFailure(setting)).toBe(425);
  });
});

describe("the number of marks that wait", () => {
  test("grows at once when one of an earlier server comes back behind another", async () => {
    const { mark, asked, clock, store, server, queue } = whileRecording();
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    server.url = OTHER;
    await clock.advance(1000);
    mark("two");
    await settle();
    asked[1]!.refuse(failures.unreachable);
    await settle();
    expect([queue.waiting(), store.get(ROOM).marksWaiting]).toEqual([1, 1]);
    server.url = left.server;
    queue.resume();
    expect([queue.waiting(), store.get(ROOM).marksWaiting]).toEqual([2, 2]);
  });

  test("grows at once when the disk takes the first of them", async () => {
    const { mark, asked, store, keeper } = whileRecording();
    keeper.disk = "full";
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    keeper.disk = "fine";
    mark("two");
    await settle();
    expect(store.get(ROOM)).toMatchObject({ marksWaiting: 1, trouble: { text: "1 mark not safe" } });
    for (const safe of keeper.later) safe();
    expect(store.get(ROOM).marksWaiting).toBe(2);
  });

  test("tells of no trouble while all of them are safe", async () => {
    const { mark, asked, store } = whileRecording();
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    expect(store.get(ROOM)).toMatchObject({ marksWaiting: 1, trouble: undefined });
  });

  test("keeps one that the disk took, though its keeper answers later that it did not in time", async () => {
    const { mark, asked, store, keeper } = whileRecording();
    keeper.keep = async (_, safe) => {
      await settle();
      safe();
      return "not-kept";
    };
    mark("one");
    await settle();
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    expect(store.get(ROOM)).toMatchObject({ marksWaiting: 1, trouble: undefined });
  });
});

test("a mark that belongs to another recording than was believed goes there once, as another mark", async () => {
  const setting = whileRecording();
  const { mark, asked, clock, truth, added, keeper, queue } = setting;
  await clock.advance(10_000);
  truth.way = "cut";
  mark("one");
  truth.recordings.set(ROOM, { id: 700, startedMs: 2500 });
  await clock.advance(1000);
  truth.way = "open";
  await untilAsked(setting, 1);
  const looks = truth.looks;
  expect(added()).toMatchObject([{ recordingId: "700", timeSeconds: 7, text: "one" }]);
  asked[0]!.refuse(failures.unreachable);
  await clock.advance(1000);
  expect(truth.looks).toBe(looks);
  asked[1]!.answer({});
  await settle();
  expect(keeper.written).toEqual(["keep one", "keep one", "moved mark-1", "delivered mark-2"]);
  expect(keeper.kept.get("mark-2")).toMatchObject({ recording: "700", timeSeconds: 7 });
  expect(queue.waiting()).toBe(0);
});
