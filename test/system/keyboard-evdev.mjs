// Inside of the virtual machine: the built driver and the kernel's input layer, see keyboard-evdev.sh.
import assert from "node:assert/strict";
import { constants, openSync, readSync } from "node:fs";
import { usbHid } from "../../dist/devices/usb-hid/driver.js";
import { createEvdevSource } from "../../dist/devices/usb-hid/evdev/evdev-source.js";
import { systemClock } from "../../dist/src/base/clock.js";
import { plugKeyboard, usages } from "./emulated-keyboard.mjs";

const pedal = { name: "PCsensor FootSwitch", vendorId: 0x0c45, productId: 0x7403 };
const lampProfile = {
  profile: 1,
  id: "lamp-pedal",
  name: "Pedal with a lamp",
  source: "this test",
  confirmed: "on paper",
  match: [{ vid: "0c45", pid: "7403" }],
  input: { evdev: { keys: { "key-f13": "left", "key-f14": "right" } } },
  output: { lamps: { left: { can: "mono", set: [{ bytes: [17, 1, "on"] }] } } },
};

const until = async (what, isTrue) => {
  const endMs = Date.now() + 30_000;
  while (!(await isTrue())) {
    if (Date.now() > endMs) throw new Error(`not within 30 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function open(profile, grab) {
  const heard = { events: [], lost: [], warnings: [], dropped: [] };
  const log = {
    debug() {},
    info() {},
    warn: (text) => heard.warnings.push(text),
    error() {},
    child: () => log,
  };
  const host = {
    clock: systemClock,
    log,
    emit: (event) => {
      heard.events.push(event);
      heard.told?.();
    },
    request() {},
    admits: () => true,
    joined() {},
    parted() {},
    dropped: (reason) => heard.dropped.push(reason),
    traced() {},
    lost: (reason) => heard.lost.push(reason),
  };
  const settings = usbHid.settingsSchema.parse({ profile, ...(grab === undefined ? {} : { grab }) });
  const completed = usbHid.completeSettings(settings, undefined);
  assert.ok(completed.ok, JSON.stringify(completed));
  const signal = new AbortController().signal;
  const opened = await usbHid.open({ settings: completed.value, named: [], host, signal });
  return {
    ...heard,
    heard,
    opened,
    said: () => heard.events.map(({ kind, control }) => `${kind} ${control}`).join(),
  };
}

async function openSoon(profile) {
  let unit;
  await until("the keyboard", async () => {
    unit = await open(profile);
    return unit.opened.ok;
  });
  return unit;
}

process.on("uncaughtExceptionMonitor", () => keyboard.unplug());

const inputFiles = createEvdevSource({
  rules: { grab: "preferred", keys: { "key-f13": "left" }, dials: {} },
  clock: systemClock,
});

/** What the kernel calls its event file; undefined while there is none. */
async function eventFile() {
  return (await inputFiles.list()).find(({ productName }) => productName === pedal.name)?.path;
}

let keyboard = plugKeyboard(pedal);
await until("the kernel's event file", async () => (await eventFile()) !== undefined);
const path = await eventFile();
console.log(`listed at ${path}`);

const unit = await openSoon(lampProfile);
assert.deepEqual(unit.warnings, []);
const other = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
keyboard.hold(usages.f13);
await until("the press", () => unit.said() === "down left");
await rest(1200);
keyboard.hold();
await until("the release", () => unit.said() === "down left,up left");
console.log("press and release told once; what the kernel repeated for a second was dropped");
assert.throws(() => readSync(other, new Uint8Array(2400)), { code: "EAGAIN" });
console.log("nobody else heard a key: the grab holds");
await assert.rejects(inputFiles.open({ path }), /is grabbed by another program/);

await unit.opened.value.panel.show(
  "left",
  { kind: "lamp", rgb: [255, 0, 0], blink: "steady" },
  AbortSignal.timeout(5000),
);
await until("the lamp", () => keyboard.lamps.at(-1) === 2);
await unit.opened.value.panel.show(
  "left",
  { kind: "lamp", rgb: [0, 0, 0], blink: "steady" },
  AbortSignal.timeout(5000),
);
await until("the dark lamp", () => keyboard.lamps.at(-1) === 0);
console.log("the lamp of Caps Lock was lit and darkened");

const latencies = [];
for (let round = 0; round < 60; round++) {
  const startMs = performance.now();
  const told = new Promise((resolve) => {
    unit.heard.told = resolve;
  });
  keyboard.hold(...(round % 2 === 0 ? [usages.f14] : []));
  await told;
  latencies.push(performance.now() - startMs);
  await rest(5);
}
latencies.sort((one, other) => one - other);
console.log(
  `from the key to the event: median ${latencies[30].toFixed(2)} ms, worst ${latencies[59].toFixed(2)} ms (emulated processor)`,
);

keyboard.unplug();
await until("the loss", () => unit.lost.length > 0);
await rest(300);
assert.equal(unit.lost.length, 1);
await unit.opened.value.close();
console.log(`unplugged: lost once (${unit.lost[0]})`);

keyboard = plugKeyboard(pedal);
await until("the kernel's event file again", async () => (await eventFile()) !== undefined);
keyboard.hold(usages.f13);
await rest(200);
const again = await openSoon(lampProfile);
await until("the held key", () => again.said() === "held left");
keyboard.hold();
await until("its release", () => again.said() === "held left,up left");
await again.opened.value.close();
assert.match(again.warnings[0], /is down: the rest of the computer takes it for held/);
console.log("plugged in again with a key held: taken away after 3 s with a warning; held, not pressed");

const free = openSync(await eventFile(), constants.O_RDONLY | constants.O_NONBLOCK);
keyboard.hold(usages.a);
await until("the key elsewhere", () => {
  try {
    return readSync(free, new Uint8Array(2400)) > 0;
  } catch {
    return false;
  }
});
keyboard.hold();
console.log("closed: the keys are everybody's again");

const reader = await open({
  ...lampProfile,
  id: "reader",
  match: [{ vid: "0c45", pid: "7403", nobodyTypesOnIt: true }],
  output: undefined,
  input: { evdev: { card: { betweenKeysMs: 1000 } } },
});
assert.ok(reader.opened.ok, JSON.stringify(reader.opened));
// Keys that come at once might be the rest of a number that was being typed before.
await rest(2500);
for (const digit of [0, 0, 1, 2, 3, 4, 5, 5, 7, 8]) {
  keyboard.hold(usages.digit(digit));
  await rest(4);
  keyboard.hold();
  await rest(4);
}
keyboard.hold(usages.enter);
keyboard.hold();
await until("the card", () => reader.events.length + reader.dropped.length > 0);
assert.deepEqual(reader.dropped, []);
assert.deepEqual(reader.events, [{ kind: "pulsed", control: "card", values: ["0012345578"] }]);
await reader.opened.value.close();
console.log("a typed number became one pulse");
keyboard.unplug();
console.log("PASS");
process.exit(0);
