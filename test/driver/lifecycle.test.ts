import { describe, expect, test, vi } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { type SupervisedDevice, Supervisor } from "../../src/bridge/device-supervisor.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";
import { fixtures, type LifecycleFixture } from "./lifecycle-fixtures.ts";

/** What every driver does under the supervisor, whatever the device. */
describe.each(fixtures.map((create) => [create().name, create] as const))(
  "a device of the kind %s",
  (_, create) => {
    test("is heard while it is open, and no more from the moment on at which it begins to close", async () => {
      const { fixture, supervisor, clock, heard } = await supervise(create());
      await fixture.touch();
      await until(() => heard.length > 0, clock);
      expect(heard).toHaveLength(1);
      const stopping = supervisor.stop();
      await fixture.touch();
      await clock.advance(3000);
      await stopping;
      await fixture.touch();
      expect(heard).toHaveLength(1);
      expect(clock.timerCount()).toBe(0);
    });

    test("is opened as if it were new when it comes back", async () => {
      const { fixture, supervisor, clock, heard, losses } = await supervise(create());
      supervisor.giveUp("it was given up");
      await fixture.touch();
      expect(heard).toEqual([]);
      await clock.advance(0);
      expect(losses).toEqual(["it was given up"]);
      await until(() => supervisor.current() !== undefined, clock);
      await clock.advance(300);
      await fixture.touch();
      await fixture.touch();
      await until(() => heard.length > 0, clock);
      await end(supervisor, clock);
    });
  },
);

const withHardware = fixtures.filter((create) => create().hardware !== undefined);

describe.each(withHardware.map((create) => [create().name, create] as const))(
  "hardware of the kind %s",
  (_, create) => {
    test("that is unplugged is lost once, let go of at once, and neither heard nor written to", async () => {
      const { fixture, hardware, supervisor, clock, heard, losses } = await supervise(create());
      const written = hardware.written();
      hardware.unplug();
      hardware.unplug();
      await fixture.touch();
      await clock.advance(0);
      expect([losses, heard, hardware.written() - written]).toEqual([["device disconnected"], [], 0]);
      expect(hardware.handle.closed).toBe(1);
      await end(supervisor, clock);
    });

    test("that takes nothing at first is no open device, and is closed again", async () => {
      const fixture = create();
      fixture.hardware!.handle.writes = "refused";
      const { supervisor, clock, heard, hardware } = await supervise(fixture);
      expect(supervisor.status()).toMatchObject({ kind: "lost" });
      expect(hardware.handle.closed).toBe(1);
      await fixture.touch();
      expect(heard).toEqual([]);
      await end(supervisor, clock);
    });

    test("that hangs is let go of in less than two seconds", async () => {
      const { hardware, supervisor, clock } = await supervise(create());
      Object.assign(hardware.handle, { writes: "hanging", closes: "never" });
      const stopping = supervisor.stop();
      await clock.advance(1900);
      expect(hardware.handle.closed).toBe(1);
      await stopping;
    });

    test("of a machine that slept is lost", async () => {
      const { supervisor, clock, losses } = await supervise(create());
      await clock.advance(3000);
      clock.jumpWall(8000);
      await clock.advance(1000);
      expect(losses).toEqual(["the machine was asleep for 9 s"]);
      await end(supervisor, clock);
    });
  },
);

async function supervise(fixture: LifecycleFixture) {
  const clock = createFakeClock();
  const heard: string[] = [];
  const losses: string[] = [];
  const device: SupervisedDevice = {
    open: (host, signal) => fixture.open(host, signal),
    link: {
      access: {
        admits: () => true,
        names: () => false,
        knows: () => true,
        vouchesFor: () => true,
        findTouchObjection: () => undefined,
      },
      request: ({ text }) => heard.push(text),
      joined: () => undefined,
      parted: () => undefined,
      revived: () => false,
      standing: () => undefined,
      answered: () => Promise.resolve(),
    },
    take: ({ kind, control }) => heard.push(`${kind} ${control}`),
    traced: () => undefined,
    opened: () => undefined,
    lost: (why) => losses.push(why),
  };
  const supervisor = new Supervisor(device, clock, silentLog);
  supervisor.start();
  await until(() => supervisor.status().kind !== "opening", clock);
  // Longer than a first report may tell what was down before the device was opened.
  if (supervisor.status().kind === "open") await clock.advance(300);
  return { fixture, hardware: fixture.hardware!, supervisor, clock, heard, losses };
}

/** Native libraries are loaded in real time. */
function until(isSo: () => boolean, clock: FakeClock): Promise<void> {
  return vi.waitFor(
    async () => {
      await clock.advance(10);
      if (!isSo()) throw new Error("not yet");
    },
    { timeout: 10_000, interval: 1 },
  );
}

async function end(supervisor: Supervisor, clock: FakeClock): Promise<void> {
  const stopping = supervisor.stop();
  await clock.advance(3000);
  await stopping;
}
