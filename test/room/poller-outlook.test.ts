import { expect, test } from "vitest";
import { createPollerSetting } from "./poller-setting.ts";

test("how old a status may get grows with the time that answers take", async () => {
  const { clock, poller } = await createPollerSetting({ latencyMs: 400 });
  expect(poller.outlook().oldestMs.all).toBe(2250);
  await clock.advance(120_000);
  expect(poller.outlook().oldestMs.all).toBeCloseTo(2650, -1);
});

test("since a look ended is counted from the beginning where none has ended yet", async () => {
  const { clock, poller } = await createPollerSetting({ startMs: 60_000, latencyMs: 5000 });
  await clock.advance(4000);
  expect(poller.sinceLookMs()).toBe(4000);
  await clock.advance(1500);
  expect(poller.sinceLookMs()).toBe(500);
});
