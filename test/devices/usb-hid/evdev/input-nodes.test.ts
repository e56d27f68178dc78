import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { evdevSchema } from "../../../../devices/usb-hid/evdev/evdev-grammar.ts";
import { createEvdevSource } from "../../../../devices/usb-hid/evdev/evdev-source.ts";
import { listInputNodes } from "../../../../devices/usb-hid/evdev/input-nodes.ts";

/** The bitmap is what a 6.1 kernel wrote for a boot keyboard. */
const KEYBOARD_KEYS = "1000000000007 ff9f207ac14057ff febeffdfffefffff fffffffffffffffe";

function inputFolders() {
  const root = mkdtempSync(join(tmpdir(), "valt-bridge-test-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folders = { described: join(root, "class"), opened: join(root, "dev") };
  const write = (path: string, text: string) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  mkdirSync(folders.described);
  const plug = (event: string, usb: string, files: Record<string, string>) => {
    const device = join(root, "devices", usb, "input/input7");
    for (const [name, text] of Object.entries(files)) write(join(device, name), `${text}\n`);
    mkdirSync(join(device, event));
    symlinkSync(device, join(device, event, "device"));
    symlinkSync(join(device, event), join(folders.described, event));
    write(join(folders.opened, event), "");
  };
  const link = (sort: string, name: string, event: string) => {
    mkdirSync(join(folders.opened, sort), { recursive: true });
    symlinkSync(`../${event}`, join(folders.opened, sort, name));
  };
  return { folders, plug, link };
}

const pedal = {
  name: "PCsensor FootSwitch Keyboard",
  "id/vendor": "0c45",
  "id/product": "7403",
  "id/version": "0110",
  uniq: "",
  "capabilities/key": KEYBOARD_KEYS,
  "capabilities/rel": "0",
};
const dial = { ...pedal, name: "Griffin PowerMate", "id/vendor": "077d", "id/product": "0410", uniq: "S1" };

test("attached keyboards are listed with what the kernel knows, by the link that stays", async () => {
  const { folders, plug, link } = inputFolders();
  plug("event10", "usb1/1-1/1-1.4/1-1.4:1.0/0003:0C45:7403.0001", pedal);
  plug("event2", "usb1/1-2/1-2:1.1", { ...dial, "capabilities/key": "1 0 0 0 0", "capabilities/rel": "80" });
  link("by-path", "pci-0-usb-0:1.4:1.0-event-kbd", "event10");
  link("by-id", "usb-PCsensor_FootSwitch-event-kbd", "event10");
  const nodes = await listInputNodes(folders);
  expect(nodes.map(({ unit }) => unit)).toEqual([
    {
      path: join(folders.opened, "event2"),
      productName: "Griffin PowerMate",
      vendorId: 0x077d,
      productId: 0x0410,
      serialNumber: "S1",
      release: 0x0110,
      interface: 1,
      usagePage: undefined,
      usage: undefined,
      port: "1-2",
    },
    expect.objectContaining({
      path: join(folders.opened, "by-id/usb-PCsensor_FootSwitch-event-kbd"),
      serialNumber: undefined,
      port: "1-1.4",
      interface: 0,
    }),
  ]);
  expect([...(nodes[0]?.keys ?? [])]).toEqual([0x100]);
  expect([...(nodes[0]?.dials ?? [])]).toEqual([7]);
  expect([1, 28, 30, 183, 194, 240].map((code) => nodes[1]?.keys.has(code))).toEqual([
    true,
    true,
    true,
    true,
    true,
    true,
  ]);
});

test("of several files of one product only that with the keys and dials of the profile is listed", async () => {
  const { folders, plug } = inputFolders();
  plug("event0", "usb1/1-1/1-1:1.0/a", pedal);
  plug("event1", "usb1/1-1/1-1:1.0/b", {
    ...pedal,
    name: "PCsensor FootSwitch Mouse",
    "capabilities/key": "70000 0 0 0 0",
  });
  plug("event3", "usb1/1-1/1-1:1.0/c", {
    ...pedal,
    "capabilities/rel": "80",
    "capabilities/key": "1 0 0 0 0",
  });
  const list = async (rules: unknown) => {
    const source = createEvdevSource({ rules: evdevSchema().parse(rules), folders });
    return (await source.list()).map(({ path }) => path.slice(-6));
  };
  expect(await list({ keys: { "key-f13": "left" } })).toEqual(["event0"]);
  expect(await list({ keys: "all" })).toEqual(["event0"]);
  expect(await list({ card: {} })).toEqual(["event0"]);
  expect(await list({ dials: { dial: "dial" }, keys: { "button-0": "dial" } })).toEqual(["event3"]);
});

/** F13 to F24 and nothing else. */
const FUNCTION_KEYS = "7 ff80000000000000 0 0";

test("a pedal that has function keys only is read, and told where a profile cannot read it", async () => {
  const { folders, plug } = inputFolders();
  plug("event0", "usb1/1-1/1-1:1.0/a", { ...pedal, "capabilities/key": FUNCTION_KEYS });
  plug("event1", "power/button", { ...pedal, name: "Power Button", "capabilities/key": "10000000000000 0" });
  const source = (rules: unknown) => createEvdevSource({ rules: evdevSchema().parse(rules), folders });
  for (const rules of [{ keys: "all" }, { keys: { "key-f13": "left" } }])
    expect((await source(rules).list()).map(({ path }) => path.slice(-6))).toEqual(["event0"]);
  const cards = source({ card: {} });
  expect(await cards.list()).toEqual([]);
  expect((await cards.leftOut!()).map(({ lacks }) => lacks)).toEqual(["types no digits", "types no digits"]);
  const [lack] = await source({ keys: { "key-a": "left" } }).leftOut!();
  expect([lack?.lacks, lack?.isKeyboard]).toEqual(["has none of the keys key-a", undefined]);
});

test("a button on a pin is read, by the link that names its pin", async () => {
  const { folders, plug, link } = inputFolders();
  // As the overlay gpio-key of a Raspberry Pi makes it, with keycode=183; the name of the link is unverified.
  const button = { ...pedal, name: "button@1b", "id/vendor": "0001", "id/product": "0001", uniq: "" };
  plug("event0", "platform/button@1b", { ...button, "capabilities/key": "80000000000000 0 0" });
  link("by-path", "platform-button@1b-event", "event0");
  const source = createEvdevSource({ rules: evdevSchema().parse({ keys: "all" }), folders });
  expect((await source.list()).map(({ path, productName, port }) => [path, productName, port])).toEqual([
    [join(folders.opened, "by-path/platform-button@1b-event"), "button@1b", undefined],
  ]);
});

test("letters, Shift and Control make a keyboard that people type on", async () => {
  const { folders, plug } = inputFolders();
  plug("event0", "usb1/1-1/1-1:1.0/a", pedal);
  expect((await listInputNodes(folders))[0]?.unit.isKeyboard).toBe(true);
});

test("a machine without an input layer has no keyboards", async () => {
  expect(await listInputNodes({ described: "/nowhere/class", opened: "/nowhere/dev" })).toEqual([]);
});
