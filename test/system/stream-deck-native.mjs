// Runs the bridge on two emulated Stream Decks and a simulated VALT: see stream-deck-native.sh.
// usage: stream-deck-native.mjs FOLDER COUNT
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { EmulatedDeck } from "./emulated-deck.mjs";
import { Program } from "./program.mjs";

const [folder, countWord] = process.argv.slice(2);
const count = Number(countWord);
const REPAINTED_WITHIN_MS = 3000;
const GROWTH_MEGABYTES = 20;
// The heap and the pool of connections first grow to the size that they keep.
const WARM_UP_COUNT = 20;
const startMs = performance.now();
const say = (text) =>
  console.log(`${((performance.now() - startMs) / 1000).toFixed(1).padStart(6)} s  ${text}`);

const [desk, wall] = await Promise.all(
  JSON.parse(process.env.EMULATED_DECKS).map((deck) => EmulatedDeck.connect(deck)),
);
const decks = [desk, wall];
const simulator = new Program(["simulate", "--port", "0", "--control-port", "0", "--json"]);
const { url, controlUrl } = await until("the simulator listens", () =>
  simulator.lines.find(({ event }) => event === "listening"),
);
const mapping = `${folder}/mapping.jsonc`;
writeFileSync(
  mapping,
  JSON.stringify({
    server: { url, username: "panel-bridge" },
    rooms: { "interview-1": 1, "interview-2": 2 },
    devices: {
      desk: { kind: "stream-deck", serialNumber: desk.serialNumber, room: "interview-1" },
      wall: {
        kind: "stream-deck",
        serialNumber: wall.serialNumber,
        room: "interview-2",
        brightnessPercent: 42,
      },
    },
  }),
);
const bridge = new Program(["run", mapping, "--json"], {
  VALT_PASSWORD: "simulator",
  LD_PRELOAD: process.env.EMULATION_PRELOAD,
  // A small nursery: with its usual one the heap swings by more than a leak would show.
  NODE_OPTIONS: "--max-semi-space-size=2",
});
process.on("exit", () => {
  bridge.process.kill("SIGKILL");
  simulator.process.kill("SIGKILL");
});
try {
  await tellTheStory();
} catch (problem) {
  console.log(
    bridge.lines
      .slice(-30)
      .map((line) => JSON.stringify(line))
      .join("\n"),
  );
  for (const { model, painted, malformedCount } of decks)
    console.log(
      `${model}: pictures since plugged in ${JSON.stringify([...painted])}, ${malformedCount} malformed reports`,
    );
  console.log(problem);
  process.exit(1);
}
process.exit(0);

async function tellTheStory() {
  const idle = await seeBothOpen();
  await record(idle);
  await plugInWhileRecording(idle);
  await showWhatHappenedMeanwhile(idle);
  await ignoreKeysHeldWhilePluggedIn(idle);
  await plugInOften(idle);
  await sayGoodbye();
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
  say(`after warming up: ${tell(before)}`);
  const malformedBefore = decks.map(({ malformedCount }) => malformedCount);
  const startedMs = performance.now();
  const tookMs = [];
  for (let done = 0; done < count; done += 100) {
    tookMs.push(...(await cycle(Math.min(100, count - done), idle)));
    if (count > 100) say(`${tookMs.length / decks.length} times: ${tell(bridge.measure())}`);
  }
  const minutes = (performance.now() - startedMs) / 60_000;
  const after = await settledMeasure(before.fileCount);
  tookMs.sort((one, other) => one - other);
  const share = (part) => tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * part))].toFixed(0);
  say(
    `each deck unplugged and plugged in ${count} times, ${(count / minutes).toFixed(0)} a minute; repainted after ${share(0)} ms at best, ${share(0.5)} in the middle, ${share(0.99)} at 99 %, ${share(1)} at worst`,
  );
  say(`at the end: ${tell(after)}`);
  assert.deepEqual(
    decks.map(({ malformedCount }) => malformedCount),
    malformedBefore,
    "reports that no deck would take",
  );
  assert.ok(after.fileCount <= before.fileCount, "open files grew");
  assert.ok(after.threadCount <= before.threadCount, "threads grew");
  assert.ok(after.memoryMegabytes - before.memoryMegabytes <= GROWTH_MEGABYTES, "memory grew");
}

/** Both decks at once, each at its own pace: how long each repainting took. */
async function cycle(times, idle) {
  const tookMs = await Promise.all(
    decks.map(async (deck) => {
      const took = [];
      for (let done = 0; done < times; done += 1) {
        deck.unplug();
        await pause(50 + Math.random() * 100);
        const pluggedMs = performance.now();
        deck.plug();
        await until(`${deck.model} is repainted`, () => deck.shows(idle.get(deck)), REPAINTED_WITHIN_MS);
        took.push(performance.now() - pluggedMs);
      }
      return took;
    }),
  );
  return tookMs.flat();
}

async function sayGoodbye() {
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

/** Connections to the server come and go: the fewest files within a few seconds. */
async function settledMeasure(goal = 0) {
  let best = bridge.measure();
  for (let round = 0; round < 20 && best.fileCount > goal; round += 1) {
    await pause(250);
    const now = bridge.measure();
    if (now.fileCount <= best.fileCount) best = now;
  }
  return best;
}

function tell({ fileCount, sorts, memoryMegabytes, threadCount }) {
  return `${memoryMegabytes.toFixed(1)} MB resident, ${threadCount} threads, ${fileCount} open files ${JSON.stringify(sorts)}`;
}

function tap(deck, key) {
  deck.press(key);
  setTimeout(() => deck.release(key), 80);
}

function logged(message) {
  return bridge.lines.filter(({ msg }) => msg === message);
}

async function statusOf(room) {
  const { rooms } = await (await fetch(`${controlUrl}/state`)).json();
  return rooms.find(({ id }) => id === room).status;
}

async function change(room, what) {
  await fetch(`${controlUrl}/rooms/${room}/somebody-else`, {
    method: "POST",
    body: JSON.stringify({ what }),
  });
}

async function until(wish, check, limitMs = 10_000) {
  const endMs = performance.now() + limitMs;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms in vain until ${wish}`);
    await pause(10);
  }
}
