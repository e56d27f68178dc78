import { expect, test } from "vitest";
import { deviceId } from "../../src/base/identifiers.ts";
import { HourChanges } from "../../src/bridge/hour-changes.ts";
import type { DeviceMapping } from "../../src/mapping/mapping.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const MINUTE = 60_000;

/** A mapping of panels that are dimmed at these hours. */
function panelsWith(...hours: readonly (readonly string[])[]) {
  const devices = hours.map((of, index): [ReturnType<typeof deviceId>, DeviceMapping] => {
    const brightnessAt = of.map((one) => [one, "night"]);
    return [deviceId(`panel-${index}`), { brightnessAt, languageAt: [] } as unknown as DeviceMapping];
  });
  return { devices: new Map(devices) };
}

test("one timer waits for the next hours of all panels, and none where there are no hours", async () => {
  const clock = createFakeClock(new Date("2026-02-10T12:00:00").getTime());
  const changes: number[] = [];
  const watch = new HourChanges(clock, () => changes.push(clock.monotonicMs() / MINUTE));
  watch.follow(panelsWith(["12:10-12:20"], ["12:10-12:30", "12:20-12:40"], []));
  expect(clock.timerCount()).toBe(1);
  await clock.advance(60 * MINUTE);
  expect(changes).toEqual([10, 20, 30, 40]);
  expect(clock.timerCount()).toBe(1);
  watch.follow(panelsWith([], []));
  expect(clock.timerCount()).toBe(0);
  watch.lookAgain();
  expect(changes).toHaveLength(4);
  watch.follow(panelsWith(["12:10-12:20"]));
  watch.close();
  expect(clock.timerCount()).toBe(0);
});

test("a timer that ran before the clock came there waits again", async () => {
  const clock = createFakeClock(new Date("2026-02-10T12:09:00").getTime());
  let changes = 0;
  const watch = new HourChanges(clock, () => changes++);
  watch.follow(panelsWith(["12:10-12:20"]));
  // The clock is slewed back: less than a leap.
  clock.jumpWall(-400);
  await clock.advance(MINUTE);
  expect([changes, clock.timerCount()]).toEqual([1, 1]);
  await clock.advance(400);
  expect(changes).toBe(2);
  watch.close();
});
