import { Command } from "commander";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { addDevicesCommand } from "../../src/cli/commands/devices.ts";
import { addIdentifyCommand, addLampTestCommand } from "../../src/cli/commands/lamp-test.ts";
import { addLearnCommand } from "../../src/cli/commands/learn.ts";
import type { Surroundings } from "../../src/cli/environment.ts";
import { scratch } from "../cli/valt-bridge.ts";
import { loadVocabulary, mappingText, until } from "../support/rig.ts";
import { type BusUnit, clearBus, plugIn } from "./usb-hid-bus.ts";
import { plugXKeys } from "./usb-hid-panel.ts";

vi.mock("node-hid", () => import("./usb-hid-bus.ts"));
beforeEach(clearBus);

const add = {
  devices: addDevicesCommand,
  identify: addIdentifyCommand,
  "lamp-test": addLampTestCommand,
  learn: addLearnCommand,
} satisfies Record<string, (program: Command, surroundings: Surroundings) => void>;

/** A command in this process, where the bus is a fake. */
function run(name: keyof typeof add, ...args: readonly string[]) {
  const lines: string[] = [];
  const write = (chunk: unknown) => lines.push(...String(chunk).split("\n")) > 0;
  const spies = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  for (const spy of spies) spy.mockImplementation(write as never);
  const stop = new AbortController();
  const program = new Command().exitOverride();
  add[name](program, { loadVocabulary, signal: stop.signal } as Surroundings);
  const ended = program.parseAsync(["node", "valt-bridge", name, ...args]);
  onTestFinished(async () => {
    stop.abort();
    await ended.catch(() => undefined);
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  });
  const text = () => lines.join("\n");
  return {
    text,
    ended,
    shows: (wanted: string) => until(wanted, () => text().includes(wanted), 10_000),
    async stop() {
      stop.abort();
      await ended;
    },
  };
}

const plugBusylight = () => plugIn({ vendorId: 0x27bb, productId: 0x3bca, product: "BUSYLIGHT" });
const BUSYLIGHT_COLOR = 0x10;

/** The colours that a Busylight was sent, each once, in percent. */
const colorsOf = ({ written }: BusUnit) => [
  ...new Set(
    written
      .filter(({ bytes }) => bytes[1] === BUSYLIGHT_COLOR)
      .map(({ bytes }) => bytes.subarray(3, 6).join(" ")),
  ),
];

function mappingOf(devices: Record<string, unknown>): string {
  return scratch().write("mapping.jsonc", mappingText("http://127.0.0.1:1", { extra: { devices } }));
}
const sign = { kind: "usb-hid", profile: "kuando-busylight", room: "interview-1" };
const desk = { kind: "usb-hid", profile: "xkeys-xk-24", room: "interview-1" };

test("devices lists what is attached, ready to be pasted, twins by what tells them apart", async () => {
  plugBusylight();
  const twins = [plugXKeys(1), plugXKeys(2)];
  const command = run("devices");
  await command.ended;
  expect(command.text()).toContain(
    'Kuando Busylight Alpha or Omega  {"kind":"usb-hid","profile":"kuando-busylight"}',
  );
  for (const { unit } of twins) {
    expect(command.text()).toContain(
      `X-keys XK-24  {"kind":"usb-hid","profile":"xkeys-xk-24","path":"${unit.path}"}`,
    );
  }
});

test("lamp-test walks all colours over lamps, and leaves them dark", async () => {
  const light = plugBusylight();
  const panel = plugXKeys(1);
  const command = run("lamp-test", mappingOf({ sign, desk }), "--step", "50");
  await command.ended;
  expect(command.text()).not.toContain("desk:");
  expect(colorsOf(light)).toEqual(["100 0 0", "0 71 24", "0 31 100", "100 100 100", "0 0 0"]);
  const lit = panel.unit.written.filter(({ bytes }) => bytes[1] === 0xb5 && bytes[3] === 1);
  expect(new Set(lit.map(({ bytes }) => bytes[2])).size).toBe(48);
  for (const key of [1, 24]) await panel.wait(key, "dark");
});

test("identify lights panels that only have lamps one after the other, and says which", async () => {
  const light = plugBusylight();
  const command = run("identify", mappingOf({ sign }));
  await command.shows("sign: BUSYLIGHT");
  await until("blue", () => colorsOf(light).at(-1) === "0 31 100", 10_000);
  await command.stop();
  expect(command.text()).toContain("Panels that only have lamps light up one after the other");
});

test("learn names the key that is pressed on what is attached, and prints a binding to paste", async () => {
  const panel = plugXKeys(1);
  const command = run("learn", "X-keys");
  await command.shows("Ctrl-C ends it");
  await panel.tap(7);
  await command.shows("key-7  button  up");
  await command.stop();
  expect(command.text()).toContain('"kind": "usb-hid", "profile": "xkeys-xk-24", "room": "interview-1"');
  expect(command.text()).toContain('"key-7": { "tap": "toggle", "look": "tally" }');
});
