import { describe, expect, test } from "vitest";
import { fromKept, type KeptMark, type Mark, toKept } from "../../src/action/mark.ts";
import { deviceId } from "../../src/base/identifiers.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";
import { createMarkSetting, left, whileRecording } from "./marks-setting.ts";
import { ROOM } from "./setting.ts";

describe("a mark", () => {
  test("is kept when it is made, and settled when the server took it", async () => {
    const { mark, asked, keeper } = whileRecording();
    mark("one");
    await settle();
    expect(keeper.written).toEqual(["keep one"]);
    asked[0]!.answer({});
    await settle();
    expect(keeper.written).toEqual(["keep one", "delivered mark-1"]);
  });

  test("that the server refuses stays on record as refused", async () => {
    const { mark, asked, keeper } = whileRecording();
    mark("one");
    await settle();
    asked[0]!.refuse(failures.refused);
    await settle();
    expect(keeper.written).toEqual(["keep one", "refused mark-1"]);
  });

  test("gets its time written down when that becomes known", async () => {
    const { mark, see, time, keeper, clock, truth } = createMarkSetting();
    see("recording");
    truth.way = "cut";
    mark("early");
    await settle();
    time(7);
    truth.way = "open";
    await clock.advance(2000);
    expect(keeper.written).toEqual(["keep early", "time mark-1 7"]);
  });

  test("that cannot be kept is delivered all the same, and its maker is told that it is not safe", async () => {
    const { mark, asked, keeper, clock } = whileRecording();
    keeper.disk = "full";
    const one = mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await clock.advance(2000);
    expect(one.outcome).toEqual({ kind: "waiting", kept: "not-kept" });
    await clock.advance(10_000);
    asked.at(-1)!.answer({});
    await settle();
    expect(asked.length).toBeGreaterThan(1);
  });

  test("whose recording is being asked for when the process ends goes to the recording that the next one is told of", async () => {
    const { mark, truth, clock, queue, keeper } = createMarkSetting();
    truth.recordings.set(ROOM, { id: 700, startedMs: -60_000 });
    truth.waitMs = 3000;
    mark("one");
    await clock.advance(300);
    expect(keeper.written).toEqual([]);
    queue.close();
    await settle();
    expect(keeper.written).toEqual(["keep one"]);
    await clock.advance(5000);
    expect(keeper.written).toEqual(["keep one"]);

    const next = createMarkSetting();
    await next.clock.advance(1000);
    next.truth.recordings.set(ROOM, { id: 700, startedMs: -60_000 });
    next.keeper.left = { waiting: [...keeper.kept.values()], delivered: [], refused: [] };
    await next.queue.restore();
    await next.clock.advance(2000);
    expect(next.added()).toMatchObject([{ recordingId: "700", timeSeconds: 60, text: "one" }]);
  });

  test("whose recording nobody knew when the process ended, and that runs in none, is held for a person", async () => {
    const { mark, truth, clock, queue, keeper } = createMarkSetting();
    truth.waitMs = 3000;
    mark("one");
    await clock.advance(300);
    queue.close();
    await settle();
    const next = createMarkSetting();
    next.keeper.left = { waiting: [...keeper.kept.values()], delivered: [], refused: [] };
    await next.queue.restore();
    await next.clock.advance(2000);
    expect(next.added()).toEqual([]);
    expect(next.queue.open(9).refused).toMatchObject([{ text: "one", recording: "" }]);
  });

  test("that is in memory only is not said to wait but not to be safe, until the disk takes it", async () => {
    const { mark, asked, keeper, clock, store } = whileRecording();
    const shown = () => [store.get(ROOM).marksWaiting, store.get(ROOM).trouble?.text];
    keeper.disk = "full";
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    expect(shown()).toEqual([0, "1 mark not safe"]);
    mark("two");
    await settle();
    await settle();
    expect(shown()).toEqual([0, "2 marks not safe"]);
    for (const safe of keeper.later) safe();
    await clock.advance(1000);
    asked[1]!.refuse(failures.unreachable);
    await clock.advance(5000);
    expect(shown()).toEqual([2, undefined]);
  });

  test("goes on when the address of its server is only written in another way", async () => {
    const { mark, asked, server, clock, added, elsewhere } = whileRecording();
    server.url = "https://VALT.example.com:443/base/";
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    server.url = "https://valt.example.com/base";
    await clock.advance(10_000);
    expect(added()).toHaveLength(2);
    expect(elsewhere).toEqual([]);
  });

  test("for a server that the mapping no longer names is set aside, not refused", async () => {
    const { mark, asked, keeper, server, clock, queue, elsewhere } = whileRecording();
    mark("one");
    await settle();
    asked[0]!.refuse(failures.unreachable);
    server.url = "https://other.example.com";
    await clock.advance(10_000);
    expect(keeper.written).toEqual(["keep one"]);
    expect(elsewhere).toEqual([
      "marks wait for a server that the mapping does not name: https://valt.example.com",
    ]);
    server.url = "https://valt.example.com";
    queue.resume();
    expect(elsewhere.at(-1)).toBeUndefined();
  });
});

test("a mark to which the server answers 500 for more than a minute is given up, and the next goes on", async () => {
  const { mark, asked, clock, keeper, added } = whileRecording();
  const trouble = {
    kind: "server-error",
    message: "it failed",
    heard: "maybe",
    again: "later",
    httpStatus: 500,
  } as const;
  mark("unusable");
  await settle();
  mark("fine");
  await settle();
  let answered = 0;
  const answerAll = async () => {
    for (; answered < asked.length; answered++) {
      const { what, answer, refuse } = asked[answered]!;
      if (what === "read") answer([]);
      else refuse(trouble);
      await settle();
    }
  };
  while (!keeper.written.includes("refused mark-1")) {
    await answerAll();
    if (keeper.written.includes("refused mark-1")) break;
    await clock.advance(1000);
  }
  expect(clock.monotonicMs()).toBeGreaterThan(60_000);
  expect(added().at(-1)?.text).toBe("fine");
});

describe("after a restart", () => {
  async function restarted(waiting: readonly KeptMark[], delivered: readonly KeptMark[] = []) {
    const setting = whileRecording();
    setting.time(60);
    setting.keeper.left = { waiting, delivered: delivered as never, refused: [] };
    await setting.queue.restore();
    await setting.clock.advance(10_000);
    return setting;
  }

  test("what waited is looked for before it is sent, with its own time and recording", async () => {
    const { asked, added, keeper, queue } = await restarted([left]);
    expect(asked.map(({ what }) => what)).toEqual(["read"]);
    expect(queue.waiting()).toBe(1);
    asked[0]!.answer([]);
    await settle();
    expect(added()).toEqual([{ room: 4, recordingId: "616", timeSeconds: 33, text: "before", color: "red" }]);
    asked[1]!.answer({});
    await settle();
    expect(keeper.written).toEqual(["delivered old-1"]);
  });

  test("what the server already has is not sent again", async () => {
    const { asked, keeper } = await restarted([left]);
    asked[0]!.answer([{ text: "before", timeSeconds: 33 }]);
    await settle();
    expect(asked).toHaveLength(1);
    expect(keeper.written).toEqual(["delivered old-1"]);
  });

  test("an equal mark that was delivered before is not taken for this one", async () => {
    const { asked } = await restarted([left], [left]);
    asked[0]!.answer([{ text: "before", timeSeconds: 33 }]);
    await settle();
    expect(asked.map(({ what }) => what)).toEqual(["read", "add"]);
  });

  test("marks made since then come after those left over", async () => {
    const { mark, asked, added } = await restarted([left]);
    mark("new");
    await settle();
    asked[0]!.answer([]);
    await settle();
    asked[1]!.answer({});
    await settle();
    expect(added().map(({ text }) => text)).toEqual(["before", "new"]);
  });

  test("a recording that the server no longer has refuses its marks, and the next go on", async () => {
    const { mark, asked, added, keeper } = await restarted([left]);
    mark("new");
    await settle();
    asked[0]!.refuse(failures.notFound);
    await settle();
    expect(keeper.written).toContain("refused old-1");
    expect(added().map(({ text }) => text)).toEqual(["new"]);
  });

  test("marks for another server stay where they are", async () => {
    const { asked, queue, elsewhere } = await restarted([{ ...left, server: "https://other.example.com" }]);
    expect([asked.length, queue.waiting()]).toEqual([0, 0]);
    expect(elsewhere).toEqual([
      "marks wait for a server that the mapping does not name: https://other.example.com",
    ]);
  });
});

describe("the moment of a press", () => {
  async function restoredAfter(change: (clock: ReturnType<typeof createFakeClock>) => void, era: string) {
    const clock = createFakeClock();
    await clock.advance(5000);
    const cause = { correlation: "c" as never, device: deviceId("desk"), source: "key-1", gesture: "press" };
    const mark = { ...({} as Mark), id: "one", cause: { ...cause, pressedAtMs: 2000, completedAtMs: 2000 } };
    const kept = toKept(mark, clock);
    change(clock);
    return fromKept(kept, { ...clock, era }).cause.pressedAtMs;
  }

  test("survives the process exactly, whatever the wall clock does meanwhile", async () => {
    expect(await restoredAfter((clock) => clock.jumpWall(3_600_000), "test")).toBe(2000);
  });

  test("is known by the wall clock once the machine was started anew", async () => {
    expect(await restoredAfter((clock) => clock.jumpWall(1000), "another boot")).toBe(1000);
  });
});
