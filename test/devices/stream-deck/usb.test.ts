import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getStreamDeckDeviceInfo } from "@elgato-stream-deck/node";
import { describe, expect, it, onTestFinished } from "vitest";
import { discoverDecks } from "../../../devices/stream-deck/discovery.ts";
import { librarySpecOf, type ModelWord } from "../../../devices/stream-deck/models.ts";
import { openOverUsb } from "../../../devices/stream-deck/usb.ts";
import { readEntries, type UsbBus } from "../../../devices/stream-deck/usb-bus.ts";
import type { HidEntry } from "../../../src/driver/hid/node-hid.ts";
import { createNotingHost, type NotingHost, told } from "../../driver/hid/noting-host.ts";
import { createSkippingClock, createTestHandle, expectOpen, settingsOf, type TestHandle } from "./bench.ts";
import { keysReport } from "./reports.ts";

const LIBUSB = "libusb-1.0.so.0: cannot open shared object file: No such file or directory";

function entry(model: ModelWord, serialNumber: string | undefined, path: string): HidEntry {
  const { vendorId, productIds } = librarySpecOf(model);
  return {
    vendorId,
    productId: productIds[0]!,
    serialNumber,
    path,
    interface: 0,
    usage: 1,
    product: "Stream Deck",
  };
}

interface TestBus extends UsbBus {
  readonly opened: string[];
  readonly handles: Map<string, TestHandle>;
}

/** Where the kernel says that each device file hangs. */
type Ports = Readonly<Record<string, string>>;

function createBus(
  entries: readonly HidEntry[],
  refuse: (path: string) => string | undefined = () => undefined,
  ports: Ports = {},
): TestBus {
  const bus: TestBus = {
    opened: [],
    handles: new Map(),
    list: async () =>
      readEntries(entries, getStreamDeckDeviceInfo).map((deck) => ({ ...deck, port: ports[deck.path] })),
    async open(path) {
      bus.opened.push(path);
      const why = refuse(path);
      if (why !== undefined) throw new Error(why);
      const handle = bus.handles.get(path) ?? createTestHandle();
      bus.handles.set(path, handle);
      return handle;
    },
  };
  return bus;
}

function openOn(bus: UsbBus, settings: Record<string, unknown>, host: NotingHost = createNotingHost()) {
  const { signal } = new AbortController();
  return openOverUsb(bus, {
    settings: settingsOf({ whenClosed: "logo", ...settings }),
    named: [],
    host,
    signal,
  });
}

async function failureOf(opening: ReturnType<typeof openOn>) {
  const opened = await opening;
  if (opened.ok) {
    await opened.value.close();
    throw new Error("it opened");
  }
  return opened.failure;
}

describe("the list of the operating system", () => {
  it("names each deck once, whatever else is attached", () => {
    const mk2 = entry("mk2", "AL12H1A00001", "/dev/hidraw0");
    const found = readEntries(
      [
        mk2,
        { ...mk2, usage: 6 },
        { ...mk2, path: undefined },
        { vendorId: 0x046d, productId: 0xc52b, path: "/dev/hidraw5", interface: 0, product: "Receiver" },
        { vendorId: 0x0fd9, productId: 0x007d, path: "/dev/hidraw6", interface: 0, product: "Elgato Wave:3" },
        {
          vendorId: 0x0fd9,
          productId: 0x0fff,
          path: "/dev/hidraw7",
          interface: 0,
          product: "Stream Deck Ultra",
          serialNumber: "ZZ99Z9Z99999",
        },
      ],
      getStreamDeckDeviceInfo,
    );
    expect(found.map(({ path, model }) => [path, model])).toEqual([
      ["/dev/hidraw0", "mk2"],
      ["/dev/hidraw7", undefined],
    ]);
  });

  it("has a Galleon several times, of which one is the panel", () => {
    const galleon = entry("galleon-k100", "ABCDEF123456", "/dev/hidraw0");
    const others = [
      { ...galleon, path: "/dev/hidraw1", interface: 1 },
      { ...galleon, path: "/dev/hidraw2", usage: 6 },
    ];
    expect(readEntries([...others, galleon], getStreamDeckDeviceInfo).map(({ path }) => path)).toEqual([
      "/dev/hidraw0",
    ]);
  });
});

describe("opening over USB", () => {
  const bothMk2 = [
    entry("mk2", "AL12H1A00001", "/dev/hidraw0"),
    entry("mk2", "AL12H1A00002", "/dev/hidraw1"),
  ];

  it("opens the one that is named and touches no other", async () => {
    const bus = createBus(bothMk2);
    const device = expectOpen(await openOn(bus, { serialNumber: "AL12H1A00002" }));
    expect(bus.opened).toEqual(["/dev/hidraw1"]);
    expect(device.productName).toBe("Stream Deck MK.2");
  });

  it("keeps several decks apart", async () => {
    const bus = createBus([...bothMk2, entry("pedal", "GL00P1A00001", "/dev/hidraw2")]);
    const clock = createSkippingClock();
    const hosts = [0, 1, 2].map(() => createNotingHost(clock));
    const wanted = [{ serialNumber: "AL12H1A00001" }, { serialNumber: "AL12H1A00002" }, { model: "pedal" }];
    await Promise.all(wanted.map(async (one, at) => expectOpen(await openOn(bus, one, hosts[at]))));
    clock.skip(200);
    bus.handles.get("/dev/hidraw0")!.report(keysReport("mk2", [1]));
    bus.handles.get("/dev/hidraw1")!.report(keysReport("mk2", [2]));
    bus.handles.get("/dev/hidraw2")!.report(keysReport("pedal", [0]));
    expect(hosts.map(({ events }) => told(events))).toEqual([["down key-2"], ["down key-3"], ["down left"]]);
    bus.handles.get("/dev/hidraw0")!.fail("could not read from HID device");
    expect(hosts.map(({ losses }) => losses.length)).toEqual([1, 0, 0]);
  });

  it("refuses to open the same deck twice, and opens it again once it is closed", async () => {
    const bus = createBus(bothMk2.slice(0, 1));
    const first = expectOpen(await openOn(bus, {}));
    expect(await failureOf(openOn(bus, { model: "mk2" }))).toMatchObject({ reason: "in-use" });
    expect(bus.opened).toHaveLength(1);
    await first.close();
    expectOpen(await openOn(bus, {}));
  });

  it.each([
    ["cannot open device with path /dev/hidraw0: Permission denied", "not-permitted", /udev/],
    ["cannot open device with path /dev/hidraw0: Device or resource busy", "in-use", /another program/],
    ["cannot open device with path /dev/hidraw0: No such file or directory", "not-found", /cable/],
    ["hid_error is not implemented yet", "failed", /hid_error/],
  ])("says what to do about: %s", async (why, reason, message) => {
    const bus = createBus(bothMk2.slice(0, 1), () => why);
    const failure = await failureOf(openOn(bus, {}));
    expect(failure.reason).toBe(reason);
    expect(failure.message).toMatch(message);
    // A refusal is no claim: the next attempt asks the system again.
    await failureOf(openOn(bus, {}));
    expect(bus.opened).toHaveLength(2);
  });

  it("names the missing package where USB cannot be used at all", async () => {
    const bus: UsbBus = { ...createBus([]), list: () => Promise.reject(new Error(LIBUSB)) };
    const failure = await failureOf(openOn(bus, {}));
    expect(failure.reason).toBe("unsupported");
    expect(failure.message).toContain("libusb-1.0-0");
  });

  it("finds a deck by a link that udev keeps", async () => {
    const folder = mkdtempSync(join(tmpdir(), "deck-"));
    const device = join(folder, "hidraw7");
    writeFileSync(device, "");
    symlinkSync(device, join(folder, "deck-left"));
    const bus = createBus([entry("mini", undefined, device), entry("mini", undefined, "/dev/hidraw1")]);
    expectOpen(await openOn(bus, { path: join(folder, "deck-left") }));
    expect(bus.opened).toEqual([device]);
  });
});

describe("a product that this version does not know", () => {
  const unknown: HidEntry = {
    vendorId: 0x0fd9,
    productId: 0x0fff,
    path: "/dev/hidraw0",
    interface: 0,
    product: "Stream Deck Next",
    serialNumber: "ZZ99Z9Z99999",
  };

  function busWith(info: string | undefined): TestBus {
    const bus = createBus([unknown]);
    const handle = createTestHandle();
    if (info !== undefined) handle.answers.set(8, Buffer.from(info.padEnd(64, "0"), "hex"));
    bus.handles.set("/dev/hidraw0", handle);
    return bus;
  }

  it.each([
    ["080408600060000004580218", 32],
    ["080305480048", 15],
    ["080204780078", 4 * 2 + 4 + 4],
    ["080204600060", 4 * 2 + 2 + 1],
  ])("is taken for the model that reports the same: %s", async (info, controlCount) => {
    const bus = busWith(info);
    const device = expectOpen(await openOn(bus, {}));
    expect(device.productName).toBe("Stream Deck Next");
    expect(device.panel!.controls).toHaveLength(controlCount);
    expect(bus.handles.get("/dev/hidraw0")!.asked).toEqual([8]);
  });

  it.each([
    ["080506500050", /6 x 5 keys of 80 x 80 pixels/],
    ["080305500048", /5 x 3 keys of 80 x 72 pixels/],
    ["08000000", /tells nothing about itself/],
    [undefined, /tells nothing about itself/],
  ])("and is like no known one is not opened, and let go of: %s", async (info, message) => {
    const bus = busWith(info);
    const failure = await failureOf(openOn(bus, {}));
    expect(failure.reason).toBe("unsupported");
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain("0fd9:0fff");
    expect(bus.handles.get("/dev/hidraw0")!.closed).toBe(1);
    expect(bus.handles.get("/dev/hidraw0")!.sent).toEqual([]);
  });
});

describe("discovery", () => {
  const { signal } = new AbortController();

  it("lists what is attached as settings, and opens nothing", async () => {
    const bus = createBus([
      entry("xl", "CL00K1A00001", "/dev/hidraw0"),
      entry("mini", undefined, "/dev/hidraw1"),
      entry("pedal", undefined, "/dev/hidraw2"),
      entry("pedal", "\u0409", "/dev/hidraw3"),
    ]);
    const found = await discoverDecks(bus, signal);
    expect(found.map(({ productName, settings }) => ({ productName, settings }))).toEqual([
      { productName: "Stream Deck XL", settings: { serialNumber: "CL00K1A00001", model: "xl" } },
      { productName: "Stream Deck Mini", settings: { model: "mini" } },
      { productName: "Stream Deck Pedal", settings: { model: "pedal", path: "/dev/hidraw2" } },
      { productName: "Stream Deck Pedal", settings: { model: "pedal", path: "/dev/hidraw3" } },
    ]);
    expect(bus.opened).toEqual([]);
    for (const { settings } of found) expectOpen(await openOn(bus, settings));
  });

  it("proposes the USB port for decks that nothing else tells apart, which a restart does not swap", async () => {
    const decks = [entry("mk2", undefined, "/dev/hidraw0"), entry("mk2", undefined, "/dev/hidraw1")];
    const before = createBus(decks, undefined, { "/dev/hidraw0": "1-1.2", "/dev/hidraw1": "1-1.4" });
    const [left, right] = await discoverDecks(before, signal);
    expect([left!.settings, right!.settings]).toEqual([
      { model: "mk2", path: "1-1.2" },
      { model: "mk2", path: "1-1.4" },
    ]);
    const after = createBus(decks, undefined, { "/dev/hidraw0": "1-1.4", "/dev/hidraw1": "1-1.2" });
    expectOpen(await openOn(after, left!.settings));
    expect(after.opened).toEqual(["/dev/hidraw1"]);
  });

  it("says what keeps a deck from being opened, and nothing where nothing does", async () => {
    const folder = mkdtempSync(join(tmpdir(), "decks-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const there = join(folder, "hidraw0");
    writeFileSync(there, "");
    const gone = join(folder, "hidraw1");
    const bus = createBus([entry("mk2", "AL12H1A00001", there), entry("mk2", "AL12H1A00002", gone)]);
    const found = await discoverDecks(bus, signal);
    expect(found.map(({ missing }) => missing)).toEqual([undefined, expect.stringContaining(gone)]);
  });

  it("finds nothing on a machine without USB libraries, unless a deck is plugged in", async () => {
    const bus: UsbBus = { ...createBus([]), list: () => Promise.reject(new Error(LIBUSB)) };
    const plugged = mkdtempSync(join(tmpdir(), "usb-"));
    expect(await discoverDecks(bus, signal, plugged)).toEqual([]);
    expect(await discoverDecks(bus, signal, join(plugged, "none"))).toEqual([]);
    mkdirSync(join(plugged, "1-2"));
    writeFileSync(join(plugged, "1-2", "idVendor"), "0fd9\n");
    await expect(discoverDecks(bus, signal, plugged)).rejects.toThrow("libusb-1.0-0");
  });
});
