import { describe, expect, test } from "vitest";
import { discoverUnits } from "../../../devices/usb-hid/find/discovery.ts";
import type { FoundUnit } from "../../../devices/usb-hid/find/source.ts";
import { profileOf, shippedProfiles } from "../../../devices/usb-hid/profile/store.ts";
import type { HidSettings } from "../../../devices/usb-hid/settings.ts";
import { createMachine, openOn, profileWith, unitAt } from "./bench.ts";

const node = (path: string, parts: Partial<FoundUnit>): FoundUnit =>
  unitAt(`/dev/input/${path}`, { usagePage: undefined, usage: undefined, ...parts });

/** An operator's keyboard with a slot for smart cards: letters, modifiers, lamps. */
const dellKeyboard = node("event1", {
  productName: "Dell Dell Smart Card Reader Keyboard",
  vendorId: 0x413c,
  productId: 0x2101,
  port: "1-1.2",
  isKeyboard: true,
});
/** Most readers take themselves for a whole keyboard too. */
const reader = node("event2", {
  productName: "Sycreader RFID Technology Co., Ltd SYC ID&IC USB Reader",
  vendorId: 0xffff,
  productId: 0x0035,
  port: "1-1.4",
  isKeyboard: true,
});
const nameless = node("event3", {
  productName: "HID 413d:2107",
  vendorId: 0x413d,
  productId: 0x2107,
  port: "1-1.3",
  isKeyboard: true,
});

async function choose(units: readonly FoundUnit[], settings: Record<string, unknown>): Promise<string> {
  const machine = createMachine(...units);
  const profile = profileOf(settings as HidSettings);
  const opened = await openOn(machine, { ...settings, profile, ids: undefined });
  if (!opened.ok) return opened.failure.message;
  await opened.value.close();
  return machine.opened[0] ?? "";
}

describe("an operator's keyboard", () => {
  test("is no reader, whatever its name says, and is not opened", async () => {
    const told = await choose([dellKeyboard], { profile: "card-reader" });
    expect(told).toContain("No Card reader that types is there; attached are only: Dell Dell Smart Card");
  });

  test("does not keep the reader beside it from working", async () => {
    expect(await choose([dellKeyboard, reader], { profile: "card-reader" })).toBe("/dev/input/event2");
  });

  test("becomes a reader only by id and port", async () => {
    const settings = { profile: "card-reader", ids: "413c:2101" };
    expect(await choose([dellKeyboard], settings)).toMatch(
      /is not taken: people can type on it, .* say "path": "1-1\.2"\.$/,
    );
    expect(await choose([dellKeyboard], { ...settings, product: dellKeyboard.productName })).toContain(
      "people can type on it",
    );
    expect(await choose([dellKeyboard], { ...settings, path: "1-1.2" })).toBe("/dev/input/event1");
  });

  test("is not taken by a profile of somebody's own that knows its id or its name, either", async () => {
    for (const match of [{ vid: "413c", pid: "2101" }, { product: "*card*reader*" }]) {
      const own = profileWith({ match: [match], input: { evdev: { card: {} } } });
      expect(await choose([dellKeyboard], { profile: own })).toContain("people can type on it");
    }
  });

  test("is told from a keypad, which an id is enough for", async () => {
    const keypad = { ...dellKeyboard, isKeyboard: undefined as never };
    expect(await choose([keypad], { profile: "card-reader", ids: "413c:2101" })).toBe("/dev/input/event1");
  });

  test("is grabbed as a keyboard only where the mapping says which", async () => {
    expect(await choose([dellKeyboard], { profile: "keyboard" })).toContain(
      "keys that are taken are lost to everybody else",
    );
    expect(await choose([dellKeyboard], { profile: "keyboard", path: "1-1.2" })).toBe("/dev/input/event1");
    expect(await choose([dellKeyboard], { profile: "keyboard", ids: "413c:2101" })).toBe("/dev/input/event1");
  });
});

describe("an id that a reader and a pedal share", () => {
  test.each(["pcsensor-pedal", "card-reader"])("is not taken for a %s without more", async (profile) => {
    const told = await choose([nameless], { profile });
    expect(told).toMatch(
      /413d:2107 is the id of .* and of .*\. Where it is this one, say "path": "1-1\.3" or/,
    );
    expect(await choose([nameless], { profile, path: "1-1.3" })).toBe("/dev/input/event3");
    expect(await choose([nameless], { profile, product: "hid 413D:2107" })).toBe("/dev/input/event3");
  });

  test("is known by the product's name", async () => {
    const pedal = { ...nameless, path: "/dev/input/event5", productName: "RDing FootSwitch" };
    expect(await choose([pedal, nameless], { profile: "pcsensor-pedal" })).toBe("/dev/input/event5");
    expect(await choose([pedal], { profile: "card-reader" })).toContain("is not taken");
  });
});

test.each([
  ["Omnikey 5427 CK", 0x076b, 0x5428],
  ["Elatec TWN4", 0x09d8, 0x0410],
  ["QinHeng reader", 0x1a86, 0xdd01],
])("%s is a reader by its id", async (productName, vendorId, productId) => {
  expect(await choose([{ ...reader, productName, vendorId, productId }], { profile: "card-reader" })).toBe(
    "/dev/input/event2",
  );
});

describe("discovery", () => {
  const discover = (...units: readonly FoundUnit[]) =>
    discoverUnits(
      {
        profiles: shippedProfiles().filter(({ input }) => input?.evdev !== undefined),
        sourceOf: async () => createMachine(...units),
      },
      new AbortController().signal,
    );
  const listed = async (...units: readonly FoundUnit[]) =>
    (await discover(...units)).map(({ productName, settings }) => [productName, settings]);

  test("lists a keyboard with a card slot as a keyboard, with its port", async () => {
    expect(await listed(dellKeyboard, reader)).toEqual([
      ["Card reader that types", { profile: "card-reader" }],
      ["Dell Dell Smart Card Reader Keyboard (Any keyboard)", { profile: "keyboard", path: "1-1.2" }],
    ]);
  });

  test("tells all that a shared id may be", async () => {
    const [[name, settings] = []] = await listed(nameless);
    expect(name).toMatch(/^HID 413d:2107: .*\("card-reader"\) or .*\("pcsensor-pedal"\), which share the id/);
    expect(settings).toEqual({ profile: "card-reader", path: "1-1.3" });
  });

  test("lists a box of function keys as such a pedal", async () => {
    const box = node("event4", { productName: "Pedal F13", vendorId: 0x9999, port: "1-3" });
    expect(await listed(box)).toEqual([
      ["Pedal F13 (Any pedal that sends F13 to F24)", { profile: "function-key-pedal", path: "1-3" }],
    ]);
  });
});

test("a pedal with other keys than the profile's is told to be there", async () => {
  const machine = createMachine();
  const pedal = { ...nameless, productName: "PCsensor FootSwitch", isKeyboard: undefined as never };
  const source = Object.assign(machine, {
    leftOut: async () => [{ ...pedal, lacks: "has none of the keys key-f13, key-f14" }],
  });
  const opened = await openOn(source, { profile: profileOf({ profile: "pcsensor-pedal" } as HidSettings) });
  expect(opened.ok ? "" : opened.failure.message).toContain(
    "attached, but not to be read by this profile: PCsensor FootSwitch without a serial number at port 1-1.3 has none of the keys key-f13",
  );
});
