import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { leds } from "../../../devices/leds/driver.ts";
import { type ControlId, controlId, type Rgb } from "../../../src/driver/contract.ts";
import { startRig, until } from "../../support/rig.ts";
import { createNotingHost } from "../osc/bench.ts";

/** A folder like /sys/class/leds, with LEDs that something else lights. */
function fakeLeds(...names: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), "valt-bridge-leds-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of names) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "brightness"), "1");
    writeFileSync(join(folder, name, "max_brightness"), "255\n");
    writeFileSync(join(folder, name, "trigger"), "mmc0");
  }
  const read = (name: string, file: string) => readFileSync(join(folder, name, file), "utf8");
  return {
    folder,
    read,
    brightness: (...of: readonly string[]) => of.map((name) => read(name, "brightness")),
  };
}

async function open(lamps: Readonly<Record<string, unknown>>, folder: string) {
  const { signal } = new AbortController();
  const settings = leds.settingsSchema.parse({ lamps, folder });
  return leds.open({ settings, named: [], host: createNotingHost(), signal });
}

async function opened(lamps: Readonly<Record<string, unknown>>, folder: string) {
  const device = await open(lamps, folder);
  if (!device.ok) throw new Error(device.failure.message);
  const { signal } = new AbortController();
  const show = (lamp: string, rgb: Rgb) =>
    device.value.panel?.show(controlId(lamp) as ControlId, { kind: "lamp", rgb, blink: "steady" }, signal);
  return { device: device.value, show };
}

test("a LED is taken from what else lights it, lit as brightly as it can be, and dark at the end", async () => {
  const { folder, read, brightness } = fakeLeds("tally-red");
  const { device, show } = await opened({ tally: "tally-red" }, folder);
  expect([read("tally-red", "trigger"), ...brightness("tally-red")]).toEqual(["none", "0"]);
  await show("tally", [0, 40, 0]);
  expect(brightness("tally-red")).toEqual(["255"]);
  await device.close();
  await device.close();
  expect(brightness("tally-red")).toEqual(["0"]);
});

test("the LEDs of one lamp are its colours, and the painter is told which it has", async () => {
  const { folder, brightness } = fakeLeds("r", "g");
  const { device, show } = await opened({ state: { red: "r", green: "g" } }, folder);
  expect(device.panel?.controls[0]?.output).toMatchObject({
    colors: [
      [255, 0, 0],
      [0, 255, 0],
      [255, 255, 0],
    ],
  });
  await show("state", [255, 0, 0]);
  expect(brightness("r", "g")).toEqual(["255", "0"]);
  await show("state", [0, 200, 0]);
  expect(brightness("r", "g")).toEqual(["0", "255"]);
});

test("a LED that is not there, or may not be switched, is told with what to do", async () => {
  const { folder } = fakeLeds("tally-red");
  expect(await open({ tally: "other" }, folder)).toMatchObject({
    failure: { reason: "not-found", message: expect.stringContaining("dtoverlay=gpio-led") },
  });
  if (process.getuid?.() === 0) return;
  chmodSync(join(folder, "tally-red", "brightness"), 0o444);
  expect(await open({ tally: "tally-red" }, folder)).toMatchObject({
    failure: { reason: "not-permitted", message: expect.stringContaining("valt-bridge udev") },
  });
});

test.each(["../../../etc", ".", "a b", ""])("%j is no name of a LED", (name) => {
  expect(leds.settingsSchema.safeParse({ lamps: { tally: name } }).success).toBe(false);
});

test("a LED shows the room's tally", async () => {
  const { folder, brightness } = fakeLeds("tally-red");
  const door = {
    kind: "leds",
    folder,
    room: "interview-1",
    lamps: { tally: "tally-red" },
    controls: { tally: { look: "sign" } },
  };
  const surface = { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] };
  const { surface: desk } = await startRig({ extra: { devices: { surface, door } } });
  desk.send("/valt/room/interview-1/start");
  await until("the LED", () => brightness("tally-red")[0] === "255");
  desk.send("/valt/room/interview-1/stop");
  await until("the LED to go out", () => brightness("tally-red")[0] === "0");
});
