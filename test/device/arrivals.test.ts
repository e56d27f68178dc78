import { expect, test } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { fail } from "../../src/base/result.ts";
import { type SupervisedDevice, Supervisor } from "../../src/bridge/device-supervisor.ts";
import { createFakeClock } from "../support/fake-clock.ts";

test("what was plugged in is tried at once and soon again, since it may not be ready yet", async () => {
  const clock = createFakeClock();
  const triedAtMs: number[] = [];
  let arrive: () => void = () => undefined;
  const device: SupervisedDevice = {
    link: undefined,
    watchArrivals: (arrived) => {
      arrive = arrived;
    },
    open: async () => {
      triedAtMs.push(clock.monotonicMs());
      return fail({ reason: "not-found", message: "not there" });
    },
    take: () => undefined,
    traced: () => undefined,
    opened: () => undefined,
    lost: () => undefined,
  };
  const supervisor = new Supervisor(device, clock, silentLog);
  supervisor.start();
  await clock.advance(60_000);
  triedAtMs.length = 0;
  const pluggedInMs = clock.monotonicMs();
  arrive();
  await clock.advance(3500);
  await supervisor.stop();
  expect(triedAtMs.slice(0, 4).map((atMs) => atMs - pluggedInMs)).toEqual([0, 250, 1000, 3000]);
});
