// Runs the bridge on two emulated X-keys panels and a simulated VALT: see usb-hid-native.sh.
// usage: usb-hid-native.mjs COUNT
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { EmulatedPanel } from "./emulated-panel.mjs";
import { replug, say, startStage, tap, tell, until } from "./usb-stage.mjs";

const count = Number(process.argv[2]);
const REPAINTED_WITHIN_MS = 5000;

const panels = await Promise.all(
  JSON.parse(process.env.EMULATED_DECKS).map((panel) => EmulatedPanel.connect(panel)),
);
const [desk, wall] = panels;
const panelAt = (path, room) => ({
  kind: "usb-hid",
  profile: "xkeys-xk-24",
  path,
  room,
  controls: { "key-1": { tap: "start", hold: "stop", look: "tally" }, "key-2": { tap: { mark: "Note" } } },
});
const stage = await startStage({
  devices: { desk: panelAt("1-1", "interview-1"), wall: panelAt("1-2", "interview-2") },
});
const { bridge, simulator, logged, statusOf, settledMeasure } = stage;
await tell(stage, tellTheStory, () =>
  panels.map(({ lamps, reportCount }) => `${reportCount} reports, lamps ${JSON.stringify([...lamps])}`),
);

async function tellTheStory() {
  await until("both panels are painted", () => panels.every((panel) => panel.isPainted()));
  assert.ok(panels.every((panel) => !panel.isRed(1)));
  say("two identical panels are open, each by its USB port");
  await record();
  await comeBackWhileRecording();
  await ignoreHeldKeys();
  await plugInOften();
  await endSocket();
}

async function record() {
  const pressedMs = performance.now();
  tap(desk, 1);
  await until("room 1 records", async () => (await statusOf(1)) === "recording");
  const startedMs = performance.now() - pressedMs;
  await until("the key is red", () => desk.isRed(1));
  assert.equal(await statusOf(2), "available");
  assert.equal(wall.isRed(1), false);
  say(`a key was pressed: room 1 records after ${startedMs.toFixed(0)} ms, and the key is red`);
}

async function comeBackWhileRecording() {
  const before = logged("device not there").length;
  desk.unplug();
  await until("the bridge says that it is lost", () => logged("device not there").length > before);
  await pause(1500);
  assert.equal(logged("device not there").length, before + 1, "lost is said once");
  const pluggedMs = performance.now();
  desk.plug();
  await until("it is painted and red", () => desk.isPainted() && desk.isRed(1), REPAINTED_WITHIN_MS);
  say(
    `unplugged while recording: lost once, red again ${(performance.now() - pluggedMs).toFixed(0)} ms after it was plugged in`,
  );
  desk.press(1);
  await until("a hold stops the recording", async () => (await statusOf(1)) === "available");
  desk.release(1);
  await until("and the key is dark", () => !desk.isRed(1));
  say("a hold stopped it");
}

/** The panel answers with its state when it is opened: what is down in it was not pressed. */
async function ignoreHeldKeys() {
  desk.unplug();
  await pause(300);
  desk.press(1);
  await pause(100);
  desk.plug();
  await until("the desk is painted", () => desk.isPainted(), REPAINTED_WITHIN_MS);
  await pause(300);
  desk.release(1);
  await pause(500);
  assert.equal(await statusOf(1), "available");
  tap(desk, 1);
  await until("the next press counts", async () => (await statusOf(1)) === "recording");
  say("a key that was held while the panel was plugged in did nothing; the next press did");
}

async function plugInOften() {
  await cycle(3);
  const before = bridge.measure();
  const tookMs = (await cycle(count)).toSorted((one, other) => one - other);
  const after = await settledMeasure(before.fileCount);
  say(
    `each unplugged and plugged in ${count} times; repainted after ${tookMs[0].toFixed(0)} ms at best, ${tookMs.at(-1).toFixed(0)} at worst; ${before.fileCount} files open before, ${after.fileCount} after`,
  );
  assert.ok(after.fileCount <= before.fileCount, `open files grew: ${JSON.stringify([before, after])}`);
  assert.ok(after.threadCount <= before.threadCount, "threads grew");
}

function cycle(times) {
  return replug(panels, { times, isPainted: (panel) => panel.isPainted(), withinMs: REPAINTED_WITHIN_MS });
}

async function endSocket() {
  assert.equal(await bridge.stop(), 0);
  await until("all lamps are dark", () => panels.every((panel) => panel.isDark()));
  await simulator.stop();
  for (const panel of panels) panel.disconnect();
  say("the bridge stopped and left all lamps dark");
}
