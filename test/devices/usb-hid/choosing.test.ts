import { describe, expect, it } from "vitest";
import { discoverUnits } from "../../../devices/usb-hid/find/discovery.ts";
import { fitsProfile } from "../../../devices/usb-hid/find/match.ts";
import { createMachine, expectOpen, openOn, profileWith, unitAt } from "./bench.ts";

const profile = profileWith({
  input: {
    length: 4,
    first: "state",
    unitId: { at: 0 },
    reports: [{ controls: [{ kind: "bits", id: "key-{n}", at: 1 }] }],
  },
  output: { init: [{ bytes: [0xb1] }] },
});
const twins = [
  unitAt("/dev/hidraw1", { port: "1-1.1" }),
  unitAt("/dev/hidraw2", { port: "1-1.2" }),
  // The same plug a second time, for another usage.
  unitAt("/dev/hidraw2", { port: "1-1.2", usage: 2 }),
  unitAt("/dev/hidraw3", { port: "1-2", serialNumber: "AB12", productName: "Box Pro" }),
  unitAt("/dev/hidraw9", { productId: 2, productName: "Mouse" }),
];

/** Twins of which each answers with its own unit id. */
function answeringTwins() {
  const machine = createMachine(...twins);
  for (const [path, unitId] of [
    ["/dev/hidraw1", 7],
    ["/dev/hidraw2", 8],
  ] as const) {
    const handle = machine.handleAt(path);
    handle.onWrite = () => handle.report(unitId, 0, 0, 0);
  }
  return machine;
}

describe("one of several identical units is chosen", () => {
  it.each([
    [{ serialNumber: "ab12" }, "/dev/hidraw3"],
    [{ path: "1-1.2" }, "/dev/hidraw2"],
    [{ path: "/dev/hidraw1" }, "/dev/hidraw1"],
  ])("by %j", async (wish, path) => {
    const machine = createMachine(...twins);
    expectOpen(await openOn(machine, { profile, ...wish }));
    expect(machine.opened).toEqual([path]);
  });

  it("by the number that it reports; the others are let go of", async () => {
    const machine = answeringTwins();
    expectOpen(await openOn(machine, { profile, unitId: 8 }));
    expect(machine.opened).toEqual(["/dev/hidraw1", "/dev/hidraw2", "/dev/hidraw2"]);
    expect(machine.handleAt("/dev/hidraw1").closed).toBe(1);
  });

  it("and not by chance: all are named with what tells them apart", async () => {
    const machine = createMachine(...twins);
    const opened = await openOn(machine, { profile });
    expect(opened).toMatchObject({ ok: false, failure: { reason: "not-found" } });
    const message = opened.ok ? "" : opened.failure.message;
    expect(message).toContain("3 devices fit Box: Box without a serial number at port 1-1.1, ");
    expect(message).toContain("Box Pro AB12 at port 1-2");
    expect(message).toContain('Name one by "unitId" or "path".');
    expect(machine.opened).toEqual([]);
  });

  it("and none is taken twice: the second device says that it is in use", async () => {
    const machine = createMachine(twins[0]!);
    expectOpen(await openOn(machine, { profile }));
    expect(await openOn(machine, { profile })).toMatchObject({ ok: false, failure: { reason: "in-use" } });
    expect(machine.opened).toHaveLength(1);
  });
});

describe("a unit that cannot be opened says why:", () => {
  it("there is none of this number", async () => {
    const opened = await openOn(answeringTwins(), { profile, unitId: 9, path: "1-1.1" });
    expect(opened.ok ? "" : opened.failure.message).toBe(
      "No Box with unit id 9 is there; attached are: Box without a serial number at port 1-1.1 (unit 7).",
    );
  });

  it("there is none at all, but others", async () => {
    const opened = await openOn(createMachine(twins[4]!), { profile });
    expect(opened.ok ? "" : opened.failure.message).toBe(
      "No Box is there; attached are only: Mouse (1234:0002). Check the cable and the settings.",
    );
  });

  it("its interface has no number, as on macOS", async () => {
    const numbered = profileWith({ ...profile, match: [{ vid: "1234", pid: "0001", interface: 0 }] });
    const opened = await openOn(createMachine(unitAt("DevSrvsID:42", { interface: undefined })), {
      profile: numbered,
    });
    expect(opened.ok ? "" : opened.failure.message).toContain(
      "Box without a serial number at DevSrvsID:42 would be one, but this system does not tell the number of its interface",
    );
  });

  it.each([
    ["Permission denied", "not-permitted", "udev"],
    [
      "hid_open_path: failed to open IOHIDDevice from mach entry: (0xE00002E2) (iokit/common) not permitted",
      "not-permitted",
      "Input Monitoring",
    ],
    ["open failed: (0xE00002C5) exclusive access and device already open", "in-use", "another program"],
    ["CreateFile: (0x00000005) Access is denied.", "not-permitted", "Keyboards and mice belong to Windows"],
    [
      "The process cannot access the file because it is being used by another process.",
      "in-use",
      "another program",
    ],
    ["could not open: Device or resource busy", "in-use", "another program"],
    ["cannot open device with path: No such file or directory", "not-found", "cable"],
    ["something else", "failed", "something else"],
  ])("%s", async (why, reason, word) => {
    const machine = createMachine(twins[0]!);
    machine.openFails = why;
    const opened = await openOn(machine, { profile });
    expect(opened).toMatchObject({ ok: false, failure: { reason, message: expect.stringContaining(word) } });
  });

  it("a library is missing", async () => {
    const machine = createMachine();
    machine.listFails = "libusb-1.0.so.0: cannot open shared object file";
    expect(await openOn(machine, { profile })).toMatchObject({
      ok: false,
      failure: {
        reason: "unsupported",
        message: expect.stringContaining("Install the package libusb-1.0-0"),
      },
    });
  });
});

describe("a profile fits a unit", () => {
  const unit = unitAt("/dev/hidraw0", { productName: "LUXAFOR MUTE", serialNumber: "BS01-1.0" });
  it.each([
    [{ vid: "1234" }, true],
    [{ vid: "1235" }, false],
    [
      { vid: "1234", pid: ["0002", "0001"], interface: 0, usagePage: "000c", usage: "0001", release: "0001" },
      true,
    ],
    [{ vid: "1234", interface: 1 }, false],
    [{ vid: "1234", usagePage: "0001" }, false],
    [{ vid: "1234", product: "*Mute" }, true],
    [{ vid: "1234", product: "lux*or*" }, true],
    [{ vid: "1234", product: "mute" }, false],
    [{ vid: "1234", product: "*mutemute" }, false],
    [{ vid: "1234", serialNumber: "*-1.*" }, true],
    [{ vid: "1234", serialNumber: "*-2.*" }, false],
  ])("by %j: %s", (match, expected) => {
    expect(fitsProfile(profileWith({ match: [match], output: {} }), unit)).toBe(expected);
  });
});

describe("discovery", () => {
  const signal = new AbortController().signal;
  const special = profileWith({
    id: "box-pro",
    name: "Box Pro",
    match: [{ vid: "1234", pid: "0001", product: "*Pro" }],
    output: {},
  });
  const discover = (machine: ReturnType<typeof createMachine>, pluggedIn = "/nowhere") =>
    discoverUnits({ profiles: [profile, special], sourceOf: async () => machine, pluggedIn }, signal);

  it("lists what a profile fits, the closest one, with what tells twins apart; it opens nothing", async () => {
    const machine = createMachine(...twins);
    const found = await discover(machine);
    expect(found.map(({ productName, settings }) => [productName, settings])).toEqual([
      ["Box", { profile: "box", path: "1-1.1" }],
      ["Box", { profile: "box", path: "1-1.2" }],
      ["Box Pro", { profile: "box-pro", serialNumber: "AB12" }],
    ]);
    expect(found[0]?.missing).toContain("/dev/hidraw1");
    expect(machine.opened).toEqual([]);
  });

  it("tells keyboards apart by their own names, and lists none that is a part of a known product", async () => {
    const keyboard = profileWith({
      id: "keyboard",
      name: "Any keyboard",
      match: [{ product: "*" }],
      input: { evdev: { keys: "all" } },
    });
    const box = unitAt("/dev/hidraw1", { port: "1-1" });
    const keys = [
      unitAt("/dev/input/event1", { port: "1-1", productName: "Box keyboard", vendorId: 0x9999 }),
      unitAt("/dev/input/event2", { port: "1-2", productName: "Dell KB216", vendorId: 0x413c }),
      unitAt("/dev/input/event3", { productName: "AT Translated Set 2 keyboard", vendorId: 1 }),
    ];
    const sources = { keyboard: createMachine(...keys), box: createMachine(box) };
    const sourceOf = async ({ id }: { id: string }) => sources[id as "box"];
    const found = await discoverUnits({ profiles: [profile, keyboard], sourceOf }, signal);
    expect(found.map(({ productName, settings }) => [productName, settings.path])).toEqual([
      ["Box", undefined],
      ["Dell KB216 (Any keyboard)", "1-2"],
      ["AT Translated Set 2 keyboard (Any keyboard)", "/dev/input/event3"],
    ]);
  });

  it("leaves the Elgato pedal to the kind that knows it best", async () => {
    const pedal = { ...profile, id: "elgato-pedal" };
    const surroundings = { profiles: [pedal], sourceOf: async () => createMachine(twins[0]!) };
    expect(await discoverUnits(surroundings, signal)).toEqual([]);
  });

  it("prefers a profile of the product to one of its sort", async () => {
    const sort = profileWith({
      id: "any-box",
      match: [{ usagePage: "000c", usage: "0001", interface: 0 }],
      input: { descriptor: true },
    });
    const surroundings = { profiles: [sort, profile], sourceOf: async () => createMachine(twins[0]!) };
    const found = await discoverUnits(surroundings, signal);
    expect(found.map(({ settings }) => settings)).toEqual([{ profile: "box" }]);
  });

  it("is nobody's trouble where USB cannot be used and nothing of the kind is plugged in", async () => {
    const machine = createMachine();
    machine.listFails = "libusb-1.0.so.0: cannot open shared object file";
    expect(await discover(machine)).toEqual([]);
  });
});
