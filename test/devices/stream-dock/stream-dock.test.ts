import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "jsonc-parser";
import { describe, expect, it, onTestFinished } from "vitest";
import { streamDock } from "../../../devices/stream-dock/driver.ts";
import { type DockModel, modelOf, models } from "../../../devices/stream-dock/models.ts";
import {
  brightness,
  clearAll,
  commit,
  picturePackets,
  stayAwake,
  wake,
} from "../../../devices/stream-dock/packets.ts";
import type { DockSettings } from "../../../devices/stream-dock/settings.ts";
import {
  discoverPanels,
  findUnsupported,
  openOverUsb,
  type UsbBus,
} from "../../../devices/stream-dock/usb.ts";
import type { HidEntry } from "../../../src/driver/hid/node-hid.ts";
import { cleanUpLater, createNotingHost, show, told } from "../../driver/hid/noting-host.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createTestHandle, type TestHandle, until } from "../stream-deck/bench.ts";
import { asPicture, decodeJpeg, difference, testFrame, turns } from "../stream-deck/pictures.ts";

const akp153 = modelOf(0x5548, 0x6674)!;
const soomfon = modelOf(0x1500, 0x3003)!;
/** Every panel of the first generation has it. */
const SAME = { serialNumber: "355499441494" };

const entryOf = (
  { vendorId, productId }: DockModel,
  path: string,
  more: Partial<HidEntry> = {},
): HidEntry => ({
  vendorId,
  productId,
  path,
  interface: 0,
  usagePage: 0xffa0,
  ...more,
});

interface TestBus extends UsbBus {
  readonly handles: Map<string, TestHandle>;
}

function busOf(entries: readonly HidEntry[], ports: Readonly<Record<string, string>> = {}): TestBus {
  const handles = new Map<string, TestHandle>();
  return {
    handles,
    list: async () => entries,
    portOf: async (path) => ports[path],
    async open(path) {
      handles.set(path, createTestHandle());
      return handles.get(path)!;
    },
  };
}

async function openOn(bus: UsbBus, settings: Record<string, unknown> = {}, host = createNotingHost()) {
  const parsed = streamDock.settingsSchema.parse(settings) as DockSettings;
  const { signal } = new AbortController();
  const opened = await openOverUsb(bus, { settings: parsed, named: [], host, signal });
  if (opened.ok) cleanUpLater(() => opened.value.close());
  return opened;
}

async function openModel(model: DockModel, settings: Record<string, unknown> = {}) {
  const bus = busOf([entryOf(model, "/dev/hidraw0")]);
  const host = createNotingHost();
  const opened = await openOn(bus, settings, host);
  if (!opened.ok) throw new Error(opened.failure.message);
  return { device: opened.value, handle: bus.handles.get("/dev/hidraw0")!, host };
}

/** `ACK`, `OK`, the key and its state, as a panel sends them. */
function report(key: number, state: number): Buffer {
  return Buffer.concat([Buffer.from("41434b00004f4b0000", "hex"), Buffer.of(key, state), Buffer.alloc(501)]);
}

describe("the packets", () => {
  it.each([
    ["wake", wake, "0043525400004449530000"],
    ["brightness", (model: DockModel) => brightness(model, 80), "0043525400004c494700005000"],
    ["clear", clearAll, "004352540000434c45000000ff00"],
    ["commit", commit, "0043525400005354500000"],
    ["stay awake", stayAwake, "004352540000434f4e4e45435400"],
  ] as const)("%s has these bytes", (_, make, start) => {
    for (const [model, length] of [
      [akp153, 513],
      [soomfon, 1025],
    ] as const) {
      const packet = Buffer.from(make(model));
      expect(packet.length).toBe(length);
      expect(packet.subarray(0, start.length / 2).toString("hex")).toBe(start);
      expect(packet.subarray(start.length / 2).every((byte) => byte === 0)).toBe(true);
    }
  });

  it.each([
    [akp153, 512, "004352540000424154000004d20d00"],
    [soomfon, 1024, "004352540000424154000004d20d00"],
  ] as const)("a picture of 1234 bytes is cut to the packets of $name", (model, packetBytes, start) => {
    const jpeg = Uint8Array.from({ length: 1234 }, (_, at) => (at % 255) + 1);
    const [header, ...rest] = picturePackets(model, 13, jpeg).map((packet) => Buffer.from(packet));
    expect(header!.subarray(0, start.length / 2).toString("hex")).toBe(start);
    expect(rest.at(-1)!.subarray(0, 9).toString("hex")).toBe("004352540000535450");
    const parts = rest.slice(0, -1);
    expect(parts).toHaveLength(Math.ceil(1234 / packetBytes));
    expect(parts.every((packet) => packet.length === packetBytes + 1 && packet[0] === 0)).toBe(true);
    const body = Buffer.concat(parts.map((packet) => packet.subarray(1)));
    expect(body.subarray(0, 1234)).toEqual(Buffer.from(jpeg));
    expect(body.subarray(1234).every((byte) => byte === 0)).toBe(true);
  });
});

describe("a panel", () => {
  it("is woken, made bright and cleared when it is opened, and dark when it is closed", async () => {
    const { device, handle } = await openModel(soomfon, { brightnessPercent: 30 });
    const words = () => handle.sent.map(({ bytes }) => bytes.toString("latin1", 6, 9));
    expect(words()).toEqual(["DIS", "LIG", "CLE", "STP"]);
    expect(handle.sent[1]!.bytes[11]).toBe(30);
    handle.sent.length = 0;
    await device.panel!.refresh!();
    expect(words()).toEqual(["DIS", "LIG"]);
    await device.close();
    expect(words()).toEqual(["DIS", "LIG", "CLE", "STP"]);
    expect(handle.closed).toBe(1);
  });

  it("counts its keys from the right and by columns, and people from the top left", async () => {
    const { handle, host } = await openModel(soomfon);
    for (const key of [13, 1, 15, 3]) for (const state of [1, 0]) handle.report(report(key, state));
    expect(told(host.events)).toEqual(
      ["key-1", "key-5", "key-11", "key-15"].flatMap((id) => [`down ${id}`, `up ${id}`]),
    );
  });

  it("of the first generation tells presses alone", async () => {
    const { handle, host } = await openModel(akp153);
    for (const key of [13, 0, 13, 0, 8]) handle.report(report(key, 0));
    expect(told(host.events)).toEqual(["pulsed key-1", "pulsed key-1", "pulsed key-8"]);
    expect(host.drops).toEqual([]);
  });

  it("says a press once, however often it is reported, and no release of what was not pressed", async () => {
    const { handle, host } = await openModel(soomfon);
    for (const state of [0, 1, 1, 1, 0, 0]) handle.report(report(7, state));
    expect(told(host.events)).toEqual(["down key-3", "up key-3"]);
  });

  it("drops what it cannot read, and never throws", async () => {
    const { handle, host } = await openModel(soomfon);
    handle.report(Buffer.from("OK"));
    handle.report(report(13, 1).subarray(0, 10));
    handle.report(report(99, 1));
    expect(host.drops).toEqual([
      "unreadable report",
      "unreadable report",
      "report of a key that it does not have",
    ]);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => handle.report(bytes)));
    expect(host.events).toEqual([]);
  });

  it.each([
    [akp153, 85],
    [soomfon, 95],
  ] as const)("shows a picture turned a quarter, as $name wants it", async (model, sizePx) => {
    const { device, handle } = await openModel(model);
    const frame = testFrame(sizePx, sizePx);
    handle.sent.length = 0;
    await show(device, "key-2", frame);
    const [header, ...rest] = handle.sent.map(({ bytes }) => bytes);
    expect([header!.toString("latin1", 6, 9), header![15 - 1]]).toEqual(["BAT", 0]);
    const length = header!.readUInt32BE(9);
    expect(header![13]).toBe(10);
    const jpeg = Buffer.concat(rest.slice(0, -1).map((packet) => packet.subarray(1))).subarray(0, length);
    expect(difference(await decodeJpeg(jpeg), turns.quarter(asPicture(frame))).mean).toBeLessThan(4);
  });

  it("is kept awake every four seconds, and no longer when it is closed", async () => {
    const clock = createFakeClock();
    const bus = busOf([entryOf(soomfon, "/dev/hidraw0")]);
    const opened = await openOn(bus, {}, createNotingHost(clock));
    if (!opened.ok) throw new Error(opened.failure.message);
    const { sent } = bus.handles.get("/dev/hidraw0")!;
    const wakings = () => sent.filter(({ bytes }) => bytes.toString("latin1", 6, 13) === "CONNECT").length;
    await clock.advance(12_500);
    expect(wakings()).toBe(3);
    await opened.value.close();
    await clock.advance(12_500);
    expect(wakings()).toBe(3);
  });

  it("is lost once when it is unplugged or takes nothing any more", async () => {
    const { handle, host, device } = await openModel(soomfon);
    handle.writes = "refused";
    await expect(show(device, "key-1", testFrame(95, 95))).rejects.toThrow("Cannot write");
    handle.fail("unplugged");
    await until(() => host.losses.length > 0);
    expect(host.losses).toEqual([expect.stringContaining("took no data")]);
  });
});

describe("which panel is meant", () => {
  const two = [entryOf(akp153, "/dev/hidraw0", SAME), entryOf(akp153, "/dev/hidraw1", SAME)];
  const ports = { "/dev/hidraw0": "1-1.2", "/dev/hidraw1": "1-1.4" };

  it("is told by the USB port, which discovery proposes, since all have the same serial number", async () => {
    const found = await discoverPanels(busOf(two, ports));
    expect(found.map(({ settings }) => settings)).toEqual([{ path: "1-1.2" }, { path: "1-1.4" }]);
    const bus = busOf(two, ports);
    expect((await openOn(bus, { path: "1-1.4" })).ok).toBe(true);
    expect([...bus.handles.keys()]).toEqual(["/dev/hidraw1"]);
  });

  it("is not guessed", async () => {
    for (const settings of [{}, { path: "1-9" }, { serialNumber: "355499441494" }])
      expect(await openOn(busOf(two, ports), settings)).toMatchObject({
        ok: false,
        failure: { reason: "not-found", message: expect.stringContaining("port 1-1.4") },
      });
  });

  it("is the one alone, whose keyboard is left alone", async () => {
    const keyboard = entryOf(soomfon, "/dev/hidraw1", { usagePage: 1 });
    const bus = busOf([keyboard, entryOf(soomfon, "/dev/hidraw0", { serialNumber: "A1" })]);
    expect((await openOn(bus)).ok).toBe(true);
    expect([...bus.handles.keys()]).toEqual(["/dev/hidraw0"]);
    expect((await discoverPanels(bus)).map(({ settings }) => settings)).toEqual([{ serialNumber: "A1" }]);
  });

  it("is of one model only: no two have the same ids", () => {
    const ids = models.map(({ vendorId, productId }) => `${vendorId}:${productId}`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("products that are known and not supported", () => {
  it.each([
    ["2ec2", "0004", "Loupedeck Live"],
    ["1532", "0d06", "Razer Stream Controller"],
    ["046d", "c354", "Logitech MX Creative Console"],
    ["0300", "3002", "AJAZZ AKP03"],
  ])("%s:%s is told as the %s", async (vendor, product, name) => {
    const folder = mkdtempSync(join(tmpdir(), "usb-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, "1-2"));
    writeFileSync(join(folder, "1-2", "idVendor"), `${vendor}\n`);
    writeFileSync(join(folder, "1-2", "idProduct"), `${product}\n`);
    const found = await findUnsupported(busOf([]), folder);
    expect(found).toEqual([{ productName: name, why: expect.any(String) }]);
    const entry = {
      ...entryOf(akp153, "x"),
      vendorId: Number.parseInt(vendor, 16),
      productId: Number.parseInt(product, 16),
    };
    expect(await findUnsupported(busOf([entry]), join(folder, "none"))).toEqual(found);
  });

  it("are none where nothing of the kind is plugged in, or USB cannot be used", async () => {
    const noUsb: UsbBus = { ...busOf([]), list: () => Promise.reject(new Error("no libusb")) };
    for (const bus of [busOf([entryOf(akp153, "x")]), noUsb])
      expect(await findUnsupported(bus, join(tmpdir(), "no-such-folder"))).toEqual([]);
  });
});

describe("the README", () => {
  it("has examples that are right", () => {
    const readme = readFileSync(join(import.meta.dirname, "../../../devices/stream-dock/README.md"), "utf8");
    const [, example] = /^```jsonc\n(.*?)^```$/ms.exec(readme)!;
    const devices = Object.values(parse(`{${example}}`) as Record<string, Record<string, unknown>>);
    expect(devices).toHaveLength(3);
    for (const { kind, ...settings } of devices)
      expect([kind, streamDock.settingsSchema.safeParse(settings).error]).toEqual(["stream-dock", undefined]);
  });
});
