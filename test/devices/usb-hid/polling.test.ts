import { describe, expect, it } from "vitest";
import { createNotingHost, told } from "../../driver/hid/noting-host.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createMachine, expectOpen, openOn, profileWith, unitAt } from "./bench.ts";

const controls = [{ kind: "button", id: "go", at: 0, invert: true }];
const reports = [{ when: [{ at: 0, atMost: 1 }], controls }];

async function openPolled(poll: Record<string, unknown>) {
  const clock = createFakeClock();
  const host = createNotingHost(clock);
  const machine = createMachine(unitAt("/dev/hidraw0"));
  const handle = machine.handleAt("/dev/hidraw0");
  const profile = profileWith({ input: { length: 2, poll, reports }, output: {} });
  const opened = openOn(machine, { profile }, host);
  return { clock, host, handle, opened };
}

describe("a device that is asked by a report", () => {
  const poll = { everyMs: 20, timeoutMs: 50, send: { bytes: [2] } };

  it("is asked as often as its profile says, and its first answer tells what is held", async () => {
    const { clock, host, handle, opened } = await openPolled(poll);
    const answers = [0, 0, 1, 0];
    handle.onWrite = () => handle.report(answers.shift() ?? 1, 0);
    expectOpen(await opened);
    await clock.advance(59);
    expect(handle.sent).toEqual(["0002", "0002", "0002"]);
    await clock.advance(40);
    expect(told(host.events)).toEqual(["held go", "up go", "down go", "up go"]);
  });

  it("is not asked again before it has answered or its time is up", async () => {
    const { clock, handle, host, opened } = await openPolled(poll);
    expectOpen(await opened);
    await clock.advance(45);
    expect(handle.sent).toHaveLength(1);
    handle.report(1, 0);
    await clock.advance(0);
    expect(handle.sent).toHaveLength(2);
    await clock.advance(60);
    expect(handle.sent).toHaveLength(3);
    expect(host.losses).toEqual([]);
  });

  it("is lost when it never answers", async () => {
    const { clock, handle, host, opened } = await openPolled(poll);
    const device = expectOpen(await opened);
    await clock.advance(2000);
    expect(host.losses).toEqual(["it has not answered 10 times in a row: no answer"]);
    expect(handle.sent).toHaveLength(10);
    const closing = device.close();
    await clock.advance(2000);
    await closing;
    expect(clock.timerCount()).toBe(0);
  });
});

describe("a device that is asked for a feature report", () => {
  const poll = { everyMs: 20, timeoutMs: 50, feature: "0x64", length: 2 };

  it("answers in the same breath; equal answers are no news", async () => {
    const { clock, host, handle, opened } = await openPolled(poll);
    const asked: string[] = [];
    const answers = [1, 1, 0];
    handle.answerFeature = async (id, length) => {
      asked.push(`${id} ${length}`);
      return Uint8Array.of(answers.shift() ?? 1, 0);
    };
    expectOpen(await opened);
    await clock.advance(75);
    expect(asked).toEqual(["100 2", "100 2", "100 2", "100 2"]);
    expect(told(host.events)).toEqual(["down go", "up go"]);
    expect(host.traces).toHaveLength(3);
  });

  it("is lost after ten refusals, and not asked after it was closed", async () => {
    const { clock, host, handle, opened } = await openPolled(poll);
    let count = 0;
    handle.answerFeature = async () => {
      count += 1;
      throw new Error("gone");
    };
    const device = expectOpen(await opened);
    await clock.advance(1000);
    expect(host.losses).toEqual(["it has not answered 10 times in a row: gone"]);
    await device.close();
    await clock.advance(1000);
    expect(count).toBe(10);
  });
});
