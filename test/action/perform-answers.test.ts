import { describe, expect, test } from "vitest";
import type { RoomName } from "../../src/base/identifiers.ts";
import { failures } from "../support/fake-valt.ts";
import { createPerformSetting, OTHER_ROOM, ROOM, settle } from "./setting.ts";

type Setting = ReturnType<typeof createPerformSetting>;

/** Resolves when the server has answered the start that is under way; nothing when none is. */
function startUnderWay({ performer, clock }: Setting, room = ROOM): Promise<unknown> | undefined {
  const ask = performer.startUnderWay.bind(performer) as (
    room: RoomName,
    pressedAtMs: number,
  ) => Promise<unknown> | undefined;
  return ask(room, clock.monotonicMs());
}

describe("what became of a command", () => {
  test("is told with what the server said", async () => {
    const { see, press, asked, answers } = createPerformSetting();
    see("available");
    press("start");
    asked[0]!.answer({});
    await settle();
    press("stop");
    asked[1]!.refuse(failures.refused);
    await settle();
    expect(answers).toEqual(["start: accepted", "stop: the server refused"]);
  });

  test("names no recording where the server named none", async () => {
    const { see, press, asked } = createPerformSetting();
    see("available");
    const lock = press("lock");
    asked[0]!.answer(undefined as never);
    await settle();
    expect(lock.outcome).toStrictEqual({ kind: "done" });
  });

  test("is failed when even sending fails, and the next one is carried out", async () => {
    const { see, press, asked, valt, commands } = createPerformSetting();
    see("available");
    valt.start = () => {
      throw new Error("no such method");
    };
    const [start, stop] = [press("start"), press("stop")];
    await settle();
    expect(start.outcome).toMatchObject({ kind: "failed" });
    expect(commands()).toEqual(["stop"]);
    asked[0]!.answer({});
    await settle();
    expect(stop.outcome).toEqual({ kind: "done" });
  });

  test("is not judged by a look before it when another command takes its place", async () => {
    const { see, press, asked, clock } = createPerformSetting();
    see("recording");
    await clock.advance(10);
    const start = press("start");
    asked[0]!.refuse(failures.refused);
    await settle();
    press("stop");
    await settle();
    expect(start.outcome).toEqual({ kind: "failed", failure: failures.refused });
  });

  test("is not a refusal where the answer was lost, whatever the look shows", async () => {
    const { see, press, asked, clock } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(10_100);
    see("paused");
    await settle();
    expect(start.outcome).toEqual({ kind: "failed", failure: failures.lostAnswer });
  });

  test("leaves no timer behind once it is known", async () => {
    const { see, press, asked, clock } = createPerformSetting();
    see("available");
    press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(50);
    see("recording");
    await settle();
    const timers = clock.timerCount();
    await clock.advance(29_000);
    expect(clock.timerCount()).toBe(timers);
    await clock.advance(2000);
    expect(clock.timerCount()).toBe(timers);
  });

  test("is unknown after half a minute at the latest", async () => {
    const { see, press, asked, clock } = createPerformSetting();
    see("available");
    const start = press("start");
    asked[0]!.refuse({ ...failures.lostAnswer, mayArriveUntilMs: 100_000 } as never);
    await clock.advance(29_999);
    expect(start.outcome).toBe("not yet");
    await clock.advance(1);
    expect(start.outcome).toMatchObject({ kind: "failed" });
  });
});

describe("after a lost answer a look that shows no effect", () => {
  test.each([
    [undefined, "counts after another five seconds"],
    [499, "counts"],
    [500, "counts"],
    [501, "counts after another five seconds"],
    [502, "counts after another five seconds"],
    [504, "counts after another five seconds"],
    [505, "counts"],
  ] as const)("with HTTP status %s, five seconds later, %s", async (httpStatus, counts) => {
    const { see, press, asked, clock } = createPerformSetting();
    see("available");
    const start = press("start");
    const status = httpStatus === undefined ? {} : { httpStatus };
    asked[0]!.refuse({ ...failures.lostAnswer, ...status } as never);
    await clock.advance(5100);
    see("available");
    await settle();
    expect(start.outcome === "not yet").toBe(counts !== "counts");
    await clock.advance(5000);
    see("available");
    await settle();
    expect(start.outcome).toMatchObject({ kind: "failed" });
  });
});

describe("the same wish again", () => {
  test.each(["before", "after"])("%s the answer is lost waits for the same end", async (when) => {
    const { see, press, asked, clock, store } = createPerformSetting();
    see("available");
    const first = press("start");
    await settle();
    const presses = when === "before" ? [press("start")] : [];
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(50);
    if (when === "after") presses.push(press("start"));
    store.tell(ROOM, { kind: "troubled", text: "mark refused", atMs: clock.monotonicMs() });
    await settle();
    expect([first, ...presses].map(({ outcome }) => outcome)).toEqual(["not yet", "not yet"]);
    see("recording");
    await settle();
    expect([first, ...presses].map(({ outcome }) => outcome)).toEqual([{ kind: "done" }, { kind: "done" }]);
  });
});

describe("the same wish while a look that was asked before it is on its way", () => {
  async function pressDuringLook() {
    const setting = createPerformSetting();
    const { see, press, asked, clock, store } = setting;
    see("available");
    const first = press("start");
    asked[0]!.refuse(failures.refused);
    await clock.advance(50);
    const sentMs = clock.monotonicMs();
    await clock.advance(50);
    const second = press("start");
    const answerLook = async (status: "recording" | "available") => {
      await clock.advance(50);
      const seen = { kind: "seen", status, recordingId: undefined } as const;
      store.tell(ROOM, { ...seen, sentMs, receivedMs: clock.monotonicMs() });
      await settle();
    };
    return { ...setting, first, second, answerLook };
  }

  test("is carried out itself where that look says that it is so: that may be over", async () => {
    const { first, second, answerLook, asked, commands } = await pressDuringLook();
    await answerLook("recording");
    expect([first.outcome, second.outcome]).toEqual([{ kind: "already-so" }, "not yet"]);
    expect(commands()).toEqual(["start", "start"]);
    asked[1]!.answer({});
    await settle();
    expect(second.outcome).toEqual({ kind: "done" });
  });

  test("fails with the one before it where that look says that it is not so", async () => {
    const { first, second, answerLook, commands } = await pressDuringLook();
    await answerLook("available");
    expect(second.outcome).toEqual(first.outcome);
    expect(commands()).toEqual(["start"]);
  });

  test("is carried out once for all that repeat it", async () => {
    const { second, answerLook, press, asked, commands } = await pressDuringLook();
    const third = press("start");
    await answerLook("recording");
    expect([second.outcome, third.outcome]).toEqual(["not yet", "not yet"]);
    expect(commands()).toEqual(["start", "start"]);
    asked[1]!.answer({});
    await settle();
    expect([second.outcome, third.outcome]).toEqual([{ kind: "done" }, { kind: "done" }]);
  });

  test("is not carried out after another one that was pressed later", async () => {
    const { second, answerLook, press, verdicts, commands } = await pressDuringLook();
    verdicts.push(new Promise(() => undefined));
    press("pause");
    await answerLook("recording");
    expect(second.outcome).not.toBe("not yet");
    expect(commands()).toEqual(["start"]);
  });
});

describe("a toggle after a lost answer", () => {
  test("works again when the room is known", async () => {
    const { see, press, asked, clock, commands } = createPerformSetting();
    see("available");
    press("start");
    asked[0]!.refuse(failures.lostAnswer);
    await clock.advance(600);
    see("recording");
    await settle();
    press("toggle");
    await settle();
    expect(commands()).toEqual(["start", "stop"]);
  });

  test("is refused as long as a later command is in doubt", async () => {
    const { see, press, asked, clock, commands } = createPerformSetting();
    see("available");
    press("start");
    press("stop");
    asked[0]!.refuse(failures.lostAnswer);
    await settle();
    asked[1]!.refuse(failures.lostAnswer);
    await clock.advance(600);
    const toggle = press("toggle");
    await settle();
    expect(toggle.outcome).toEqual({ kind: "refused", reason: "busy" });
    expect(commands()).toEqual(["start", "stop"]);
  });
});

describe("a start that is under way", () => {
  test.each([
    ["start", "available", true],
    ["toggle", "available", true],
    ["toggle", "recording", false],
    ["stop", "recording", false],
  ] as const)("%s in a room that is %s: %s", async (wish, status, isStart) => {
    const setting = createPerformSetting();
    setting.see(status);
    expect(startUnderWay(setting)).toBeUndefined();
    setting.press(wish);
    await settle();
    expect(startUnderWay(setting) !== undefined).toBe(isStart);
    expect(startUnderWay(setting, OTHER_ROOM)).toBeUndefined();
  });

  test("also where it waits behind another command", async () => {
    const setting = createPerformSetting();
    setting.see("recording");
    setting.press("stop");
    setting.press("start");
    await settle();
    expect(setting.commands()).toEqual(["stop"]);
    expect(startUnderWay(setting)).toBeDefined();
  });

  test("is over when the server has answered", async () => {
    const setting = createPerformSetting();
    setting.see("available");
    setting.press("start");
    await settle();
    let isOver = false;
    void startUnderWay(setting)?.then(() => {
      isOver = true;
    });
    await settle();
    expect(isOver).toBe(false);
    setting.asked[0]!.answer({});
    await settle();
    expect(isOver).toBe(true);
    expect(startUnderWay(setting)).toBeUndefined();
  });
});
