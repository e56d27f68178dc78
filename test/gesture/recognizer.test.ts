import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { peerId } from "../../src/base/identifiers.ts";
import type { Peer } from "../../src/driver/link.ts";
import type { Gesture } from "../../src/gesture/gesture.ts";
import type { GestureKind } from "../../src/gesture/gestures/index.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";
import { ALL, createSetting, KEY, play } from "./setting.ts";

test.each<[wanted: string, story: string, isTooShort: boolean]>([
  ["hold", "d 799 u", true],
  ["hold", "d 800 u", false],
  ["hold double-tap", "d 10 u", false],
  ["hold double-tap", "d 10 u 350", true],
  ["tap hold", "d 10 u", false],
  ["press hold", "d 10 u", false],
  ["double-tap", "d 10 u 350", false],
])("with %s, %s is too short for a hold: %s", async (wanted, story, isTooShort) => {
  const setting = createSetting(wanted.split(" ") as GestureKind[]);
  await play(setting, story);
  expect(setting.tooShort).toEqual(isTooShort ? [KEY] : []);
});

describe("what a touch means, by what something is bound to", () => {
  test.each<[wanted: string, story: string, said: string]>([
    ["tap", "d", "tap"],
    ["tap", "d 5000 u", "tap"],
    ["tap", "d 10 u 10 d 10 u", "tap tap"],
    ["press tap release", "d 100 u", "press tap release"],
    ["press release", "d 100 u", "press release"],
    ["release", "d 10000 u", "release"],
    ["hold", "d 799 u 5000", ""],
    ["hold", "d 800", "hold"],
    ["hold", "d 5000 u 5000", "hold"],
    ["tap hold", "d", ""],
    ["tap hold", "d 799 u", "tap"],
    ["tap hold", "d 800 u 5000", "hold"],
    ["tap hold", "d 100 u 10 d 900 u", "tap hold"],
    ["press tap hold release", "d 100 u", "press release tap"],
    ["press tap hold release", "d 900 u", "press hold release"],
    ["double-tap", "d 10 u 350", ""],
    ["double-tap", "d 10 u 349 d 10 u", "double-tap"],
    ["tap double-tap", "d 10 u", ""],
    ["tap double-tap", "d 10 u 349", ""],
    ["tap double-tap", "d 10 u 350", "tap"],
    ["tap double-tap", "d 10 u 100 d", ""],
    ["tap double-tap", "d 10 u 100 d 10 u 5000", "double-tap"],
    ["tap double-tap", "d 10 u 100 d 10 u 100 d 10 u 5000", "double-tap tap"],
    ["tap double-tap", "d 10 u 100 d 10 u 100 d 10 u 100 d 10 u 5000", "double-tap double-tap"],
    ["tap double-tap", "d 10 u 360 d 10 u 5000", "tap tap"],
    ["tap double-tap hold", "d 900 u 5000", "hold"],
    ["tap double-tap hold", "d 10 u 100 d 900 u 5000", "tap hold"],
    ["tap double-tap hold", "d 10 u 100 d 799 u 5000", "double-tap"],
    ["press release tap double-tap hold", "d 10 u 100 d 10 u 500", "press release press release double-tap"],
    ["press release tap double-tap hold", "d 10 u 500", "press release tap"],
    ["press release tap double-tap hold", "held 5000 u 500", ""],
    ["press release tap double-tap hold", "held u d 10 u 500", "press release tap"],
    // Taken back, as when a finger slides off a key: what was begun means nothing more.
    ["press release tap double-tap hold", "d 250 held 5000 u 500", "press"],
    ["press release tap double-tap hold", "d 250 held u 500 d 10 u 500", "press press release tap"],
    ["press release tap double-tap hold", "d 10 u 100 d 250 held u 500", "press release press"],
    ["release double-tap", "d 10 u u 500", "release"],
    ["press tap", "d d d", "press tap"],
    ["press tap release", "u u d 10 u u", "press tap release"],
    ["", "d 5000 u", ""],
  ])("bound to %s: %s says %s", async (wanted, story, said) => {
    const setting = createSetting(wanted.split(" ").filter(Boolean) as GestureKind[]);
    await play(setting, story);
    expect(setting.kinds().join(" ")).toBe(said);
  });

  test("a hold is never also a tap, and no touch means two things", async () => {
    const steps = fc.array(
      fc.oneof(fc.constantFrom("d", "u", "held"), fc.integer({ min: 0, max: 1200 }).map(String)),
      { maxLength: 30 },
    );
    const bound = fc.subarray([...ALL]);
    await fc.assert(
      fc.asyncProperty(bound, steps, async (wanted, story) => {
        const setting = createSetting(["press", ...wanted]);
        await play(setting, [...story, "u", "40000"].join(" "));
        expect(faultOf(setting.said)).toBeUndefined();
      }),
      { numRuns: 150 },
    );
  });

  test("every gesture carries the moment of its press, a release its own, and when it was complete", async () => {
    const setting = createSetting(ALL);
    await play(setting, "100 d 50 u 500 d 900 u 100 d 50 u 100 d 60 u 100 d 50 u 100 d 800");
    const moments = setting.said.map((one) => [one.kind, one.pressedAtMs, one.completedAtMs]);
    expect(moments).toEqual([
      ["press", 100, 100],
      ["release", 150, 150],
      ["tap", 100, 500],
      ["press", 650, 650],
      ["hold", 650, 1450],
      ["release", 1550, 1550],
      ["press", 1650, 1650],
      ["release", 1700, 1700],
      ["press", 1800, 1800],
      ["release", 1860, 1860],
      ["double-tap", 1800, 1860],
      ["press", 1960, 1960],
      ["release", 2010, 2010],
      ["press", 2110, 2110],
      ["tap", 1960, 2910],
      ["hold", 2110, 2910],
    ]);
  });
});

/** One press has at most one meaning, at most one release, and nothing comes without a press. */
function faultOf(said: readonly Gesture<string>[]): string | undefined {
  const meanings = new Map<number, string[]>();
  for (const { kind, pressedAtMs } of said) {
    meanings.set(pressedAtMs, [...(meanings.get(pressedAtMs) ?? []), kind]);
  }
  for (const [atMs, kinds] of meanings) {
    const count = (...wanted: string[]) => kinds.filter((kind) => wanted.includes(kind)).length;
    // Several touches may fall into the same millisecond.
    if (count("press") === 1 && count("tap", "double-tap", "hold") > 1) return `${atMs}: ${kinds.join()}`;
  }
  return undefined;
}

describe("held is not pressed", () => {
  test("a key that is down when the device is opened says nothing, not even when it comes up", async () => {
    const setting = createSetting(ALL);
    await play(setting, "held 60000 u 500");
    expect(setting.said).toEqual([]);
    expect(setting.stuck).toEqual([]);
  });

  test("a key that is down for thirty seconds is reported stuck, once, and ignored until it comes up", async () => {
    const setting = createSetting(["press", "release", "tap"]);
    await play(setting, "d 29999");
    expect(setting.stuck).toEqual([]);
    await play(setting, "1");
    expect(setting.stuck).toEqual(["key-1"]);
    await play(setting, "d d 60000 u");
    expect(setting.stuck).toEqual(["key-1"]);
    expect(setting.kinds()).toEqual(["press", "tap"]);
    await play(setting, "100 d");
    expect(setting.kinds()).toEqual(["press", "tap", "press", "tap"]);
  });

  test("a hold that goes on for thirty seconds is stuck as well", async () => {
    const setting = createSetting(["hold", "release"]);
    await play(setting, "d 60000 u");
    expect(setting.kinds()).toEqual(["hold"]);
    expect(setting.stuck).toEqual(["key-1"]);
  });
});

describe("what stays down by itself", () => {
  const maintained = () => createSetting(["press", "release"], { contact: "maintained" });

  test.each<[what: string, story: string, said: string]>([
    ["is released after an hour", "d 3600000 u", "press release"],
    ["is released when it was down before anybody watched", "held 3600000 u", "release"],
    [
      "is not released when it is found down again: that takes back what was begun",
      "d 100 held 100 u",
      "press",
    ],
    ["nor when it is found down twice", "d 100 held 100 held 100 u", "press"],
    ["nor when it was down before and is found again", "held 100 held 100 u", ""],
  ])("%s", async (_, story, said) => {
    const setting = maintained();
    await play(setting, story);
    expect(setting.kinds().join(" ")).toBe(said);
    expect(setting.stuck).toEqual([]);
  });

  test("needs no timer, since nothing becomes of it with time", async () => {
    const setting = maintained();
    await play(setting, "d");
    expect(setting.clock.timerCount()).toBe(0);
  });
});

test.each<[story: string, contact: "momentary" | "maintained", isTouched: boolean]>([
  ["0", "momentary", false],
  ["d", "momentary", true],
  ["d 100 u", "momentary", false],
  ["d", "maintained", false],
])("after %s on a %s contact a finger is down: %s", async (story, contact, isTouched) => {
  const setting = createSetting(["press", "release"], { contact });
  await play(setting, story);
  expect(setting.recognizer.isTouched()).toBe(isTouched);
});

describe("a binding that changes while the finger is down", () => {
  test("comes too late for that finger: its release belongs to what was pressed", async () => {
    const setting = createSetting(["press", "hold", "release"]);
    await play(setting, "d 100");
    setting.bindings.set(KEY, "page 2");
    await play(setting, "900 u 10 d");
    expect(setting.said.map(({ kind, binding }) => [kind, binding])).toEqual([
      ["press", "page 1"],
      ["hold", "page 1"],
      ["release", "page 1"],
      ["press", "page 2"],
    ]);
  });

  test("and goes away does not swallow the release, and nothing is said from then on", async () => {
    const setting = createSetting(["press", "release"]);
    setting.down();
    setting.bindings.delete(KEY);
    await play(setting, "100 u 100 d 100 u");
    expect(setting.kinds()).toEqual(["press", "release"]);
  });
});

describe("moments without a finger", () => {
  test("a pulse is a press and a tap of its own, and carries its values", () => {
    const { take, said } = createSetting(["press", "tap", "pulse", "release", "hold"]);
    take({ kind: "pulsed", control: KEY, values: ["card", 7] });
    expect(said.map(({ kind, values }) => [kind, values])).toEqual([
      ["press", ["card", 7]],
      ["tap", ["card", 7]],
      ["pulse", ["card", 7]],
    ]);
  });

  test("a surface says itself what a touch was: a tap is a press too, a swipe is nothing else", () => {
    const { take, kinds } = createSetting(["press", "tap", "hold", "swipe-left", "swipe-right"]);
    for (const how of ["tap", "hold", "swipe-left", "swipe-right"] as const)
      take({ kind: "touched", control: KEY, how });
    expect(kinds()).toEqual(["press", "tap", "hold", "swipe-left", "swipe-right"]);
  });

  test("a turn carries its detents and a move its fraction", () => {
    const { take, said } = createSetting(["turn", "move"]);
    take({ kind: "turned", control: KEY, detents: -3 });
    take({ kind: "moved", control: KEY, fraction: 0.25 });
    expect(said.map(({ kind, values }) => [kind, values])).toEqual([
      ["turn", [-3]],
      ["move", [0.25]],
    ]);
  });

  test.each([
    [-1, "turn-left"],
    [0, "turn-right"],
    [1, "turn-right"],
  ])("a turn by %i is called %s", (detents, key) => {
    const { take, said } = createSetting(["turn"]);
    take({ kind: "turned", control: KEY, detents });
    expect(said.map((gesture) => gesture.key)).toEqual([key]);
  });

  test("turning a dial that is held down neither ends the hold nor becomes one", async () => {
    const setting = createSetting(["turn", "tap", "hold"]);
    setting.down();
    await setting.clock.advance(400);
    setting.take({ kind: "turned", control: KEY, detents: 1 });
    await setting.clock.advance(400);
    expect(setting.said.map(({ kind, pressedAtMs }) => [kind, pressedAtMs])).toEqual([
      ["turn", 400],
      ["hold", 0],
    ]);
  });
});

describe("a touch over a network", () => {
  const guest: Peer = { id: peerId("guest"), address: "10.0.0.7", reach: "network", delivery: "datagram" };
  const operator: Peer = {
    id: peerId("here"),
    address: "127.0.0.1",
    reach: "same-machine",
    delivery: "datagram",
  };

  test("belongs to who pressed, whoever joins in or lets go", async () => {
    const { down, up, said, clock, take } = createSetting(["tap", "hold", "turn"]);
    down(guest);
    await clock.advance(10);
    down(operator);
    take({ kind: "turned", control: KEY, detents: 1 }, operator);
    up(operator);
    expect(said.map(({ kind, peer }) => [kind, peer?.id])).toEqual([
      ["turn", "here"],
      ["tap", "guest"],
    ]);
    down(operator);
    await clock.advance(800);
    expect(said.at(-1)).toMatchObject({ kind: "hold", peer: { id: "here" } });
  });
});

describe("a lost device", () => {
  test("invents no release, no hold and no tap, and leaves no timer", async () => {
    const setting = createSetting(ALL);
    const others: FakeClock = setting.clock;
    await play(setting, "d 100");
    setting.recognizer.forget();
    expect(others.timerCount()).toBe(0);
    await play(setting, "60000");
    expect(setting.kinds()).toEqual(["press"]);
  });

  test("that comes back with the key up starts anew", async () => {
    const setting = createSetting(["press", "release"]);
    await play(setting, "d 100");
    setting.recognizer.forget();
    await play(setting, "u 100 d 100 u");
    expect(setting.kinds()).toEqual(["press", "press", "release"]);
  });
});

describe("time that was seen late", () => {
  test("a hold whose press was read late falls due at once", async () => {
    const clock = createFakeClock();
    await clock.advance(5000);
    const setting = createSetting(["hold"], {}, clock);
    setting.reading.lateMs = 1000;
    setting.down();
    await clock.advance(0);
    expect(setting.said).toMatchObject([{ kind: "hold", pressedAtMs: 4000, completedAtMs: 4800 }]);
  });

  test("a device that is lost just as a hold falls due has no hold", async () => {
    const clock = createFakeClock();
    const waiting: (() => void)[] = [];
    const setting = createSetting(ALL, {}, { ...clock, soon: (task) => void waiting.push(task) });
    setting.down();
    await clock.advance(800);
    expect(waiting).toHaveLength(1);
    setting.recognizer.forget();
    for (const task of waiting) task();
    expect(setting.kinds()).toEqual(["press"]);
    expect(clock.timerCount()).toBe(0);
  });

  test("a key that came up leaves no timer", async () => {
    const setting = createSetting(["press", "hold", "release"]);
    await play(setting, "d 100 u");
    expect(setting.clock.timerCount()).toBe(0);
  });
});

describe("the progress of a hold", () => {
  test("can be read while it can still become one", async () => {
    const setting = createSetting(["hold"]);
    expect(setting.recognizer.holding(KEY)).toBeUndefined();
    await play(setting, "100 d 100");
    expect(setting.recognizer.holding(KEY)).toEqual({ sinceMs: 100, holdMs: 800 });
    await play(setting, "700");
    expect(setting.recognizer.holding(KEY)).toBeUndefined();
  });

  test("does not exist where nothing is bound to a hold", async () => {
    const setting = createSetting(["tap", "double-tap"]);
    await play(setting, "d 100");
    expect(setting.recognizer.holding(KEY)).toBeUndefined();
  });
});
