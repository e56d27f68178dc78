import { expect, test } from "vitest";
import { fromKept, toKept } from "../../src/action/mark.ts";
import { markNamed } from "../journal/setting.ts";
import { createFakeClock } from "../support/fake-clock.ts";

test("a mark is kept with the wall time of its press, and taken up again in the same boot at its exact moment", async () => {
  const clock = createFakeClock();
  const startWallMs = clock.wallMs();
  await clock.advance(10_000);
  const made = markNamed("a", { pressed: { era: clock.era, atMs: 7000.5 } });
  const mark = fromKept(made, clock);
  expect(mark.cause.pressedAtMs).toBe(7000.5);
  expect(toKept(mark, clock)).toEqual({ ...made, pressedWallMs: startWallMs + 7000.5 });
});

test("a mark of an earlier boot was pressed as long ago as the wall clock says", async () => {
  const clock = createFakeClock();
  await clock.advance(100_000);
  const pressed = { era: "an earlier one", atMs: 5 };
  const mark = fromKept(markNamed("a", { pressed, pressedWallMs: clock.wallMs() - 60_000 }), clock);
  expect(mark.cause.pressedAtMs).toBe(40_000);
});

test.each([
  [12, { lowMs: 11_000, guessMs: 12_500, highMs: 14_000 }],
  [undefined, undefined],
])("a kept time of %s s is at most a second from there", (timeSeconds, elapsed) => {
  expect(fromKept(markNamed("a", { timeSeconds }), createFakeClock()).elapsed).toEqual(elapsed);
});
