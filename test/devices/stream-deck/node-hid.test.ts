import { EventEmitter } from "node:events";
import { beforeEach, expect, it, vi } from "vitest";
import { streamDeck } from "../../../devices/stream-deck/driver.ts";
import { createNotingHost, told } from "../../driver/hid/noting-host.ts";
import { createSkippingClock, expectOpen } from "./bench.ts";
import { keysReport } from "./reports.ts";

/** What node-hid hands out, as its own type declarations describe it. */
class FakeHidAsync extends EventEmitter {
  readonly written: Buffer[] = [];
  closed = 0;
  /** The real one throws then, out of a tick of its own: the process ends. */
  readsWhenClosed = 0;
  write = async (report: Buffer) => this.note(report);
  sendFeatureReport = async (report: Buffer) => this.note(report);
  getFeatureReport = async (reportId: number, length: number) => Buffer.alloc(length, reportId);
  close = async () => {
    this.closed += 1;
    await new Promise(setImmediate);
    this.removeAllListeners();
  };

  constructor() {
    super();
    this.on("newListener", (name) => name === "data" && process.nextTick(() => this.read()));
  }

  private read(): void {
    if (this.closed > 0 && this.listenerCount("data") > 0) this.readsWhenClosed += 1;
  }

  private note(report: Buffer): number {
    if (!Buffer.isBuffer(report)) throw new TypeError("need a buffer");
    this.written.push(report);
    return report.length;
  }
}

const system = vi.hoisted(() => ({
  devices: [] as unknown[],
  hids: new Map<string, unknown>(),
  failure: undefined as Error | undefined,
}));

vi.mock("node-hid", () => ({
  // As in node-hid, a native library that cannot be loaded throws at once.
  devicesAsync: () => {
    if (system.failure !== undefined) throw system.failure;
    return Promise.resolve(system.devices);
  },
  HIDAsync: {
    open: async (path: string) => {
      const hid = system.hids.get(path);
      if (hid === undefined) throw new Error(`cannot open device with path ${path}: Permission denied`);
      return hid;
    },
  },
}));

beforeEach(() => {
  system.devices = [
    {
      vendorId: 0x0fd9,
      productId: 0x0063,
      path: "/dev/hidraw3",
      serialNumber: "BL12H1A00001",
      manufacturer: "Elgato Systems",
      product: "Stream Deck Mini",
      release: 256,
      interface: 0,
      usagePage: 12,
      usage: 1,
    },
  ];
  system.hids.clear();
  system.failure = undefined;
});

async function open(settings: Record<string, unknown>) {
  const clock = createSkippingClock();
  const host = createNotingHost(clock);
  const parsed = streamDeck.settingsSchema.parse({ whenClosed: "logo", ...settings });
  const { signal } = new AbortController();
  const opened = await streamDeck.open({ settings: parsed, named: [], host, signal });
  clock.skip(200);
  return { opened, host };
}

it("a deck that node-hid lists is discovered, opened, written to, heard, lost and closed", async () => {
  const hid = new FakeHidAsync();
  system.hids.set("/dev/hidraw3", hid);
  const [found] = await streamDeck.discover!(new AbortController().signal);
  // The device file is not really there, which discovery says and opening through node-hid does not need.
  expect(found).toEqual({
    productName: "Stream Deck Mini",
    settings: { serialNumber: "BL12H1A00001", model: "mini" },
    missing: expect.stringContaining("/dev/hidraw3"),
  });
  const { opened, host } = await open(found!.settings);
  const device = expectOpen(opened);
  // The usual brightness is set when it is opened.
  expect(hid.written.map((report) => report.toString("hex", 0, 6))).toContainEqual(
    expect.stringMatching(/^0555aad101/),
  );
  hid.emit("data", keysReport("mini", [5]));
  expect(told(host.events)).toEqual(["down key-6"]);
  // Its errors are texts.
  hid.emit("error", "could not read from HID device: device disconnected");
  expect(host.losses).toEqual(["could not read from HID device: device disconnected"]);
  await device.close();
  expect(hid.closed).toBe(1);
});

it("a pedal that is let go of while it opens is closed before node-hid reads from it", async () => {
  const hid = new FakeHidAsync();
  system.hids.set("/dev/hidraw4", hid);
  const pedal = {
    vendorId: 0x0fd9,
    productId: 0x0086,
    path: "/dev/hidraw4",
    product: "Stream Deck Pedal",
    interface: 0,
  };
  system.devices = [pedal];
  const stopping = new AbortController();
  const settings = streamDeck.settingsSchema.parse({});
  const host = createNotingHost(createSkippingClock());
  const opening = streamDeck.open({ settings, named: [], host, signal: stopping.signal });
  stopping.abort();
  expect(await opening).toMatchObject({ ok: false, failure: { reason: "failed" } });
  expect(hid.closed).toBe(1);
  expect(hid.readsWhenClosed).toBe(0);
});

it("a deck that this account may not open is told with the remedy", async () => {
  const { opened } = await open({ model: "mini" });
  expect(opened).toMatchObject({ ok: false, failure: { reason: "not-permitted" } });
  expect(!opened.ok && opened.failure.message).toMatch(/\/dev\/hidraw3.*udev/);
});

it("a native library that cannot be loaded is told with its package", async () => {
  system.failure = new Error("libusb-1.0.so.0: cannot open shared object file: No such file or directory");
  const { opened } = await open({});
  expect(opened).toMatchObject({ ok: false, failure: { reason: "unsupported" } });
  expect(!opened.ok && opened.failure.message).toContain("libusb-1.0-0");
});
