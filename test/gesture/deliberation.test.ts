import { expect, test } from "vitest";
import { controlId } from "../../src/base/identifiers.ts";
import { type Asked, Deliberation } from "../../src/gesture/deliberation.ts";
import type { Deliberate, Gesture } from "../../src/gesture/gesture.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const KEY = controlId("key-1");
const OTHER = controlId("key-2");

/** One key that wants this; what is done stands with its moment, what people are told as text. */
function createSetting(wanted: Partial<Deliberate> | undefined) {
  const clock = createFakeClock();
  const beganMs = clock.monotonicMs();
  const done: number[] = [];
  const told: string[] = [];
  const deliberate = wanted && { together: undefined, confirm: false, delayMs: 0, ...wanted };
  const binding = { settings: deliberate === undefined ? {} : { deliberate } };
  const deliberation = new Deliberation<typeof binding>({
    clock,
    due: ({ completedAtMs }) => done.push(completedAtMs - beganMs),
    ask: (_, asked) => told.push(tell(asked)),
  });
  const press = (key = "press") => {
    const nowMs = clock.monotonicMs();
    const moments = { pressedAtMs: nowMs, completedAtMs: nowMs };
    const gesture = { kind: "press", key, control: KEY, binding, values: [], peer: undefined, ...moments };
    if (!deliberation.holdsBack(gesture as Gesture<typeof binding>)) done.push(nowMs - beganMs);
  };
  return { clock, done, told, press, deliberation };
}

function tell(asked: Asked): string {
  return asked.kind === "counting" ? String(asked.leftSeconds) : asked.kind;
}

test("what wants nothing more is done at once", () => {
  const { done, told, press } = createSetting(undefined);
  press();
  expect([done, told]).toEqual([[0], []]);
});

test("a delay of a millisecond is a delay", async () => {
  const { clock, done, press } = createSetting({ delayMs: 1 });
  press();
  expect(done).toEqual([]);
  await clock.advance(1);
  expect(done).toEqual([1]);
});

test("what was counted down is over: the next press begins another countdown", async () => {
  const { clock, done, told, press } = createSetting({ delayMs: 1000 });
  press();
  await clock.advance(1000);
  press();
  await clock.advance(1000);
  expect([done, told]).toEqual([
    [1000, 2000],
    ["1", "1"],
  ]);
});

test("what wants to be confirmed is done at the second press within three seconds", async () => {
  const { clock, done, told, press } = createSetting({ confirm: true });
  press();
  await clock.advance(3000);
  press();
  expect([done, told]).toEqual([[3000], ["press-again"]]);
  press();
  await clock.advance(3001);
  press();
  press("hold");
  expect([done, told]).toEqual([[3000], ["press-again", "press-again", "press-again", "press-again"]]);
});

test("a delay is counted down each second, and is complete at its end", async () => {
  const { clock, done, told, press } = createSetting({ delayMs: 3000 });
  press();
  await clock.advance(2999);
  expect([done, told]).toEqual([[], ["3", "2", "1"]]);
  await clock.advance(1);
  expect([done, told]).toEqual([[3000], ["3", "2", "1"]]);
});

test("another press calls the countdown off, and the next one begins it anew", async () => {
  const { clock, done, told, press } = createSetting({ delayMs: 2000 });
  press();
  await clock.advance(1500);
  press();
  await clock.advance(10_000);
  expect([done, told]).toEqual([[], ["2", "1", "called-off"]]);
  press();
  await clock.advance(2000);
  expect(done).toEqual([13_500]);
});

test("a device that goes away takes the countdown and the first press with it", async () => {
  const counting = createSetting({ delayMs: 2000 });
  counting.press();
  counting.deliberation.forget();
  await counting.clock.advance(10_000);
  counting.press();
  expect([counting.done, counting.told]).toEqual([[], ["2", "2"]]);
  const together = createSetting({ together: OTHER });
  together.deliberation.touch({ kind: "down", control: OTHER });
  together.deliberation.forget();
  together.press();
  expect(together.told).toEqual(["hold-too"]);
  const asked = createSetting({ confirm: true });
  asked.press();
  asked.deliberation.forget();
  asked.press();
  expect(asked.done).toEqual([]);
});

test.each(["down", "held"] as const)("two controls together: the other one is %s at the press", (kind) => {
  const { done, told, press, deliberation } = createSetting({ together: OTHER });
  press();
  deliberation.touch({ kind, control: OTHER });
  press();
  deliberation.touch({ kind: "up", control: OTHER });
  press();
  expect([done, told]).toEqual([[0], ["hold-too", "hold-too"]]);
});

test("a dial that is turned meanwhile is not held", () => {
  const { told, press, deliberation } = createSetting({ together: OTHER });
  deliberation.touch({ kind: "turned", control: OTHER, detents: 1 });
  press();
  expect(told).toEqual(["hold-too"]);
});

test("what wants all three is held, confirmed and counted", async () => {
  const { clock, done, told, press, deliberation } = createSetting({
    together: OTHER,
    confirm: true,
    delayMs: 1000,
  });
  deliberation.touch({ kind: "down", control: OTHER });
  press();
  press();
  await clock.advance(1000);
  expect([done, told]).toEqual([[1000], ["press-again", "1"]]);
});
