import { expect, it } from "vitest";
import { createSession } from "../../../src/driver/hid/session.ts";
import { watchForSleep } from "../../../src/driver/hid/sleep-watch.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createNotingHost } from "./noting-host.ts";

async function watch() {
  const clock = createFakeClock();
  const host = createNotingHost(clock);
  const session = createSession(host);
  session.begin();
  const end = watchForSleep(clock, session);
  await clock.advance(3000);
  return { clock, host, end };
}

it("a machine that slept has lost its devices, as its wall clock tells, and says so once", async () => {
  const { clock, host } = await watch();
  clock.jumpWall(8000);
  await clock.advance(1000);
  expect(host.losses).toEqual(["the machine was asleep for 9 s"]);
  clock.jumpWall(8000);
  await clock.advance(1000);
  expect(host.losses).toHaveLength(1);
});

it("a machine whose clock was corrected a little, or set back, has not slept", async () => {
  const { clock, host } = await watch();
  clock.jumpWall(4000);
  await clock.advance(1000);
  clock.jumpWall(-3_600_000);
  await clock.advance(60_000);
  expect(host.losses).toEqual([]);
});

it("a watch that has ended leaves no timer", async () => {
  const { clock, end } = await watch();
  end();
  expect(clock.timerCount()).toBe(0);
});
