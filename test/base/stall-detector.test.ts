import { expect, test } from "vitest";
import { type Log, silentLog } from "../../src/base/log.ts";
import { detectStalls } from "../../src/base/stall-detector.ts";
import { createFakeClock } from "../support/fake-clock.ts";

/** A clock that can go on while no timer is run, as it does for a process that was stopped. */
function setUp() {
  const clock = createFakeClock();
  let awayMs = 0;
  const heldUp: unknown[] = [];
  const log: Log = { ...silentLog, warn: (_, fields) => heldUp.push(fields?.seconds) };
  const monotonicMs = () => clock.monotonicMs() + awayMs;
  const attention = detectStalls({ ...clock, monotonicMs }, log);
  return {
    attention,
    heldUp,
    run: (forMs: number) => clock.advance(forMs),
    stop(forMs: number) {
      awayMs += forMs;
    },
  };
}

test("what is read by a process that was there all the time has come just now", async () => {
  const { attention, heldUp, run } = setUp();
  await run(10_100);
  expect(attention.arrivedAtMs()).toBe(10_100);
  expect(heldUp).toEqual([]);
});

test("a busy moment changes nothing", async () => {
  const { attention, heldUp, run, stop } = setUp();
  await run(5000);
  stop(700);
  expect(attention.arrivedAtMs()).toBe(5700);
  await run(250);
  expect(heldUp).toEqual([]);
});

test("what had piled up while the process was stopped counts from when it was last there", async () => {
  const { attention, heldUp, run, stop } = setUp();
  await run(5100);
  stop(12_000);
  expect(attention.arrivedAtMs()).toBe(5000);
  await run(150);
  expect(heldUp).toEqual([12]);
  // The rest of the pile is read after the tick that came too late.
  expect(attention.arrivedAtMs()).toBe(5000);
  await run(250);
  expect(attention.arrivedAtMs()).toBe(17_500);
});

test("a process that is held up again and again does not trust the moments between", async () => {
  const { attention, run, stop } = setUp();
  await run(5000);
  for (let round = 0; round < 5; round++) {
    stop(3000);
    await run(250);
  }
  expect(attention.arrivedAtMs()).toBe(5000);
});

test("nothing goes on when it is stopped", async () => {
  const clock = createFakeClock();
  const attention = detectStalls(clock, silentLog);
  attention.stop();
  expect(clock.timerCount()).toBe(0);
});
