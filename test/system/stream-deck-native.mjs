// Runs the bridge on two emulated Stream Decks and a simulated VALT: see stream-deck-native.sh.
// usage: stream-deck-native.mjs COUNT
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { EmulatedDeck } from "./emulated-deck.mjs";
import { replug, say, startStage, tap, tell, until } from "./usb-stage.mjs";

const count = Number(process.argv[2]);
const REPAINTED_WITHIN_MS = 3000;
const GROWTH_MEGABYTES = 20;
// The heap and the pool of connections first grow to the size that they keep.
const WARM_UP_COUNT = 20;

const [desk, wall] = await Promise.all(
  JSON.parse(process.env.EMULATED_DECKS).map((deck) => EmulatedDeck.connect(deck)),
);
const decks = [desk, wall];
const deckIn = (room, { serialNumber }) => ({ kind: "stream-deck", serialNumber, room });
const stage = await startStage({
  devices: {
    desk: deckIn("interview-1", desk),
    wall: { ...deckIn("interview-2", wall), brightnessPercent: 42 },
  },
  // A small nursery: with its usual one the heap swings by more than a leak would show.
  environment: { NODE_OPTIONS: "--max-semi-space-size=2" },
});
const { bridge, simulator, logged, statusOf, change, settledMeasure } = stage;
await tell(stage, tellTheStory, () =>
  decks.map(
    ({ model, painted, malformedCount }) =>
      `${model}: pictures since plugged in ${JSON.stringify([...painted])}, ${malformedCount} malformed reports`,
  ),
);

async function tellTheStory() {
  const idle = await seeBothOpen();
  await record(idle);
  await plugInWhileRecording(idle);
  await showWhatHappenedMeanwhile(idle);
  await ignoreKeysHeldWhilePluggedIn(idle);
  await plugInOften(idle);
  await endSocket();
}

async function seeBothOpen() {
  await until("both decks are open", () => logged("device open").length === 2);
  const idle = new Map();
  for (const deck of decks) idle.set(deck, await deck.settledPictures());
  assert.deepEqual(
    decks.map(({ brightness }) => brightness),
    [80, 42],
  );
  say(
    `open: ${decks.map((deck) => `${deck.model} ${deck.keyCount} keys, ${deck.imageCount} pictures`).join("; ")}`,
  );
  return idle;
}

async function record(idle) {
  const pressedMs = performance.now();
  tap(desk, 0);
  await until("room 1 records", async () => (await statusOf(1)) === "recording");
  const startedMs = performance.now() - pressedMs;
  const before = desk.imageCount;
  await until("the key shows it", () => desk.pictures.get(0) !== idle.get(desk).get(0));
  const shown = desk.painted.get(0);
  await until("and its time runs on", () => desk.painted.get(0) >= shown + 2, 6000);
  assert.equal(await statusOf(2), "available");
  say(
    `a key was pressed: room 1 records after ${startedMs.toFixed(0)} ms, ${desk.imageCount - before} more pictures`,
  );
}

async function plugInWhileRecording(idle) {
  const before = logged("device not there").length;
  desk.unplug();
  await until("the bridge says that it is lost", () => logged("device not there").length > before);
  await pause(4000);
  const losses = logged("device not there").slice(before);
  const pluggedMs = performance.now();
  desk.plug();
  await until(
    "all keys are painted",
    () => desk.pictures.size === desk.keyCount && (desk.painted.get(0) ?? 0) >= 2,
    REPAINTED_WITHIN_MS,
  );
  say(
    `unplugged for 4 s while recording: lost ("${losses.map(({ why }) => why).join('", "')}"), repainted in ${(performance.now() - pluggedMs).toFixed(0)} ms`,
  );
  await pause(300);
  assert.notEqual(desk.pictures.get(0), idle.get(desk).get(0), "the key shows the recording again");
  assert.equal(losses.length, 1, "lost is said once");
  desk.press(0);
  await until("holding the key stops the recording", async () => (await statusOf(1)) === "available");
  desk.release(0);
  await until("the desk shows it", () => desk.shows(idle.get(desk)));
  say("a hold stopped it");
}

async function showWhatHappenedMeanwhile(idle) {
  wall.unplug();
  await pause(300);
  await change(2, "lock");
  await pause(2500);
  wall.plug();
  const locked = await wall.settledPictures();
  assert.notDeepEqual(locked, idle.get(wall));
  await change(2, "unlock");
  await until("the wall shows that the room is free", () => wall.shows(idle.get(wall)));
  say("the room was locked while the wall was unplugged: it came back showing that");
}

async function ignoreKeysHeldWhilePluggedIn(idle) {
  desk.unplug();
  await pause(300);
  desk.press(0);
  await pause(100);
  desk.plug();
  await until("the desk is repainted", () => desk.shows(idle.get(desk)), REPAINTED_WITHIN_MS);
  desk.release(0);
  await pause(500);
  assert.equal(await statusOf(1), "available");
  say("a key that was held while the desk was plugged in did nothing");
}

async function plugInOften(idle) {
  await cycle(WARM_UP_COUNT, idle);
  const before = await settledMeasure();
  say(`after warming up: ${describe(before)}`);
  const malformedBefore = decks.map(({ malformedCount }) => malformedCount);
  const startedMs = performance.now();
  const tookMs = [];
  for (let done = 0; done < count; done += 100) {
    tookMs.push(...(await cycle(Math.min(100, count - done), idle)));
    if (count > 100) say(`${tookMs.length / decks.length} times: ${describe(bridge.measure())}`);
  }
  const minutes = (performance.now() - startedMs) / 60_000;
  const after = await settledMeasure(before.fileCount);
  tookMs.sort((one, other) => one - other);
  const share = (part) => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * part))].toFixed(0);
  say(
    `each deck unplugged and plugged in ${count} times, ${(count / minutes).toFixed(0)} a minute; repainted after ${share(0)} ms at best, ${share(0.5)} in the middle, ${share(0.99)} at 99 %, ${share(1)} at worst`,
  );
  say(`at the end: ${describe(after)}`);
  assert.deepEqual(
    decks.map(({ malformedCount }) => malformedCount),
    malformedBefore,
    "reports that no deck would take",
  );
  assert.ok(after.fileCount <= before.fileCount, "open files grew");
  assert.ok(after.threadCount <= before.threadCount, "threads grew");
  assert.ok(after.memoryMegabytes - before.memoryMegabytes <= GROWTH_MEGABYTES, "memory grew");
}

function cycle(times, idle) {
  const isPainted = (deck) => deck.shows(idle.get(deck));
  return replug(decks, { times, isPainted, withinMs: REPAINTED_WITHIN_MS });
}

async function endSocket() {
  const before = decks.map(({ imageCount }) => imageCount);
  assert.equal(await bridge.stop(), 0);
  const images = decks.map(({ imageCount }, index) => imageCount - before[index]);
  assert.ok(
    images.every((number, index) => number >= decks[index].keyCount),
    "OFFLINE on every key",
  );
  await simulator.stop();
  for (const deck of decks) deck.disconnect();
  say(`the bridge stopped and wrote ${images.join(" and ")} farewell pictures`);
}

function describe({ fileCount, sorts, memoryMegabytes, threadCount }) {
  return `${memoryMegabytes.toFixed(1)} MB resident, ${threadCount} threads, ${fileCount} open files ${JSON.stringify(sorts)}`;
}
