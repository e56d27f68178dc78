import { expect, test } from "vitest";
import { watchForLeaps } from "../../src/room/leap-watch.ts";
import { createFakeClock } from "../support/fake-clock.ts";

test("a machine that slept, or whose time was set, is noticed within a second; drift is not", async () => {
  const clock = createFakeClock();
  const leaps: number[] = [];
  const stop = watchForLeaps(clock, (byMs) => leaps.push(byMs));
  for (let second = 0; second < 60; second++) {
    clock.jumpWall(5);
    await clock.advance(1000);
  }
  expect(leaps).toEqual([]);
  clock.jumpWall(3_600_000);
  await clock.advance(1000);
  clock.jumpWall(-5000);
  await clock.advance(1000);
  expect(leaps).toEqual([3_600_000, -5000]);
  stop();
  clock.jumpWall(60_000);
  await clock.advance(5000);
  expect(leaps).toHaveLength(2);
});

test("clocks that part by a second and a half between two looks have leapt", async () => {
  const clock = createFakeClock();
  const leaps: number[] = [];
  watchForLeaps(clock, (byMs) => leaps.push(byMs));
  for (const byMs of [1499, 1500, -1499, -1500]) {
    clock.jumpWall(byMs);
    await clock.advance(1000);
  }
  expect(leaps).toEqual([1500, -1500]);
});
