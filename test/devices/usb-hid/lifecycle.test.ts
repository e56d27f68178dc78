import { describe, expect, it } from "vitest";
import { createNotingHost, show, told } from "../../driver/hid/noting-host.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createMachine, expectOpen, lamp, openOn, profileWith, unitAt } from "./bench.ts";

const UNPLUGGED =
  "could not read from HID device: hid_read_timeout: unexpected poll error (device disconnected)";

/** Three keys and two lamps; asked for its state on opening. */
const profile = profileWith({
  input: {
    length: 4,
    first: "state",
    reports: [{ controls: [{ kind: "bits", id: "key-{n}", at: 0, count: 3 }] }],
  },
  output: {
    init: [{ bytes: [0xb1] }],
    close: [{ bytes: [0xee] }],
    lamps: {
      "key-{n}": { count: 2, can: "rgb", set: [{ bytes: ["n", "red"] }] },
      sign: { can: "mono", set: [{ bytes: [9, "on"], via: "feature", id: 3 }] },
    },
  },
});

let boxes = 0;

async function openBox(settings: Record<string, unknown> = {}) {
  boxes += 1;
  // A place of its own: on a clock that stands still, the box of another test may still be closing.
  const path = `/dev/hidraw${boxes}`;
  const clock = createFakeClock();
  const host = createNotingHost(clock);
  const machine = createMachine(unitAt(path));
  const handle = machine.handleAt(path);
  const device = expectOpen(await openOn(machine, { profile, ...settings }, host));
  await clock.advance(0);
  return { clock, host, machine, handle, device };
}

describe("a device that is opened", () => {
  it("describes its controls with their lamps, and lamps without a control", async () => {
    const { device } = await openBox();
    expect(
      device.panel?.controls.map(({ id, input, output }) => `${id} ${input.shape} ${output.kind}`),
    ).toEqual(["key-1 button lamp", "key-2 button lamp", "key-3 button none", "sign none lamp"]);
  });

  it("is asked for its state, and what is down in the answer was held", async () => {
    const { host, handle } = await openBox();
    expect(handle.sent).toEqual(["00b1"]);
    handle.report(1, 0, 0, 0);
    handle.report(3, 0, 0, 0);
    handle.report(2, 0, 0, 0);
    expect(told(host.events)).toEqual(["held key-1", "down key-2", "up key-1"]);
  });

  it("takes for a press what comes later than an answer can", async () => {
    const { host, handle, clock } = await openBox();
    await clock.advance(1500);
    handle.report(1, 0, 0, 0);
    expect(told(host.events)).toEqual(["down key-1"]);
  });

  it("may answer while it is still being opened", async () => {
    const clock = createFakeClock();
    const host = createNotingHost(clock);
    const machine = createMachine(unitAt("/dev/hidraw0"));
    const handle = machine.handleAt("/dev/hidraw0");
    handle.onWrite = () => handle.report(4, 0, 0, 0);
    expectOpen(await openOn(machine, { profile }, host));
    await clock.advance(0);
    handle.onWrite = () => undefined;
    expect(told(host.events)).toEqual(["held key-3"]);
  });

  it("is heard in the order in which it spoke, also just after it was opened", async () => {
    const clock = createFakeClock();
    const postponed: (() => void)[] = [];
    const host = createNotingHost({ ...clock, soon: (task) => postponed.push(task) });
    const machine = createMachine(unitAt("/dev/hidraw0"));
    const handle = machine.handleAt("/dev/hidraw0");
    handle.onWrite = () => handle.report(0, 0, 0, 0);
    expectOpen(await openOn(machine, { profile }, host));
    handle.onWrite = () => undefined;
    await clock.advance(1500);
    handle.report(4, 0, 0, 0);
    for (const task of postponed) task();
    expect(told(host.events)).toEqual(["down key-3"]);
  });

  it("shows lamps in reports of their own, and rejects what it has not", async () => {
    const { device, handle } = await openBox();
    await show(device, "key-2", lamp([7, 0, 0]));
    await show(device, "sign", lamp([255, 255, 255]));
    expect(handle.sent.slice(1)).toEqual(["000207"]);
    expect(handle.features).toEqual(["030901"]);
    await expect(show(device, "key-3", lamp([7, 0, 0]))).rejects.toThrow("no lamp key-3");
  });

  it("goes dark and says its last words when it is closed, once", async () => {
    const { device, handle, clock } = await openBox();
    await show(device, "key-1", lamp([7, 0, 0]));
    const closing = Promise.all([device.close(), device.close()]);
    await clock.advance(2000);
    await closing;
    expect(handle.sent.slice(2)).toEqual(["000100", "00ee"]);
    expect(handle.features).toEqual([]);
    expect(handle.closed).toBe(1);
    expect(clock.timerCount()).toBe(0);
  });
});

describe("a device that is unplugged", () => {
  it("while it was taking something is let go of all the same, at once", async () => {
    const { device, handle, clock } = await openBox();
    handle.writes = "hanging";
    const shown = show(device, "key-1", lamp([1, 1, 1])).catch(() => undefined);
    handle.fail(UNPLUGGED);
    const closing = device.close();
    await clock.advance(0);
    expect(handle.closed).toBe(1);
    await clock.advance(2000);
    await Promise.all([shown, closing]);
  });

  it("refuses lamps", async () => {
    const { device, handle } = await openBox();
    handle.writes = "refused";
    await expect(show(device, "key-1", lamp([1, 1, 1]))).rejects.toThrow("Cannot write");
  });

  it("comes back as if it were new: everything is sent again, and the same key can be pressed", async () => {
    const { device, handle, host, machine, clock } = await openBox();
    handle.report(1);
    handle.fail(UNPLUGGED);
    const closing = device.close();
    await clock.advance(1000);
    await closing;
    const again = expectOpen(await openOn(machine, { profile }, host));
    await clock.advance(0);
    await show(again, "key-1", lamp([7, 0, 0]));
    expect(handle.sent).toEqual(["00b1", "00b1", "000107"]);
    handle.report(0);
    handle.report(1);
    expect(told(host.events)).toEqual(["held key-1", "down key-1"]);
  });
});

describe("a device that hangs", () => {
  it("fails a lamp after a second and a half, and is let go of in less than two seconds", async () => {
    const { device, handle, clock } = await openBox();
    handle.writes = "hanging";
    handle.closes = "never";
    const shown = show(device, "key-1", lamp([1, 1, 1])).then(
      () => "shown",
      (error: Error) => error.message,
    );
    await clock.advance(1600);
    expect(await shown).toBe("the device took no data: nothing happened for 1500 ms");
    let isClosed = false;
    void device.close().then(() => {
      isClosed = true;
    });
    await clock.advance(1800);
    expect(isClosed).toBe(true);
    expect(handle.closed).toBe(1);
  });
});

describe("a box that floods", () => {
  it("with equal reports costs neither events nor recordings", async () => {
    const { handle, host } = await openBox();
    for (let count = 0; count < 1000; count += 1) handle.report(0, 0, 0, 1);
    for (let count = 0; count < 1000; count += 1) handle.report(1, 0, 0, 1);
    expect(told(host.events)).toEqual(["down key-1"]);
    expect(host.traces.filter(({ direction }) => direction === "in")).toHaveLength(2);
  });

  it("with turns loses none, equal as they are", async () => {
    const jog = profileWith({
      input: { length: 1, reports: [{ controls: [{ kind: "delta", id: "jog", at: 0, signed: true }] }] },
    });
    const { handle, host, clock } = await openBox({ profile: jog });
    await clock.advance(200);
    for (let count = 0; count < 3; count += 1) handle.report(1);
    expect(told(host.events)).toEqual(["turned jog 1", "turned jog 1", "turned jog 1"]);
  });
});

describe("signs of life", () => {
  const alive = profileWith({
    output: {
      minGapMs: 10,
      keepAlive: { everyMs: 7000, frames: [{ bytes: [0x8f] }], repeatLamps: true },
      lamps: { led: { can: "rgb", set: [{ bytes: ["red"] }, { bytes: ["blue"] }] } },
    },
  });

  it("are sent as long as it is open, with what the lamps show", async () => {
    const { device, handle, clock } = await openBox({ profile: alive });
    const shown = show(device, "led", lamp([5, 0, 6]));
    await clock.advance(20);
    await shown;
    await clock.advance(7000);
    expect(handle.sent).toEqual(["0005", "0006", "008f", "0005", "0006"]);
    const closing = device.close();
    await clock.advance(20_000);
    await closing;
    expect(handle.sent.slice(5)).toEqual(["0000"]);
  });

  it("that fail mean that it is lost", async () => {
    const { handle, host, clock } = await openBox({ profile: alive });
    handle.writes = "refused";
    await clock.advance(14_100);
    expect(host.losses).toEqual(["the device took no data: Cannot write to hid device"]);
  });

  it("do not pile up on a device that hangs", async () => {
    const { handle, host, clock } = await openBox({ profile: alive });
    handle.writes = "hanging";
    await clock.advance(60_000);
    expect(host.losses).toHaveLength(1);
  });
});

describe("reports to a device", () => {
  it("keep their distance, and are sent again when they were not taken", async () => {
    const slow = profileWith({
      output: {
        minGapMs: 20,
        retry: 1,
        lamps: { led: { can: "rgb", set: [{ bytes: ["red"] }, { bytes: ["blue"] }] } },
      },
    });
    const { device, handle, clock, host } = await openBox({ profile: slow });
    let refusals = 1;
    handle.onWrite = () => {
      if (refusals-- > 0) throw new Error("busy");
    };
    const shown = show(device, "led", lamp([1, 0, 2]));
    await clock.advance(0);
    expect(handle.sent).toEqual(["0001"]);
    await clock.advance(20);
    expect(handle.sent).toEqual(["0001", "0001"]);
    await clock.advance(20);
    await shown;
    expect(handle.sent).toEqual(["0001", "0001", "0002"]);
    expect(host.losses).toEqual([]);
  });
});
