import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { type Child, measureLoad, seconds, startChild } from "./child.ts";
import type { ShownPicture } from "./deck-process.ts";
import { distribute, figuresOf } from "./distribution.ts";
import { type BenchSettings, below, type Figure, full } from "./measurement.ts";
import { comparePresses, figuresOfPresses } from "./press-comparison.ts";
import { rest, until } from "./wait.ts";

/** Key press to request, beside a bare script; pictures of an XL that repaints and of 32 running timers. */
export async function measureDecks(bench: BenchSettings): Promise<readonly Figure[]> {
  return [
    ...(await measurePresses(bench)),
    ...(await measureRepaints(bench)),
    ...(await measureTimers(bench)),
  ];
}

async function measurePresses(bench: BenchSettings): Promise<readonly Figure[]> {
  const rounds = full(bench, 500, 60);
  const simulator = await startSimulator(2);
  const bridge = await startDeck({ url: simulator.url, address: "fake://mk2", rooms: 1, keys: {} }, bench);
  const bare = startChild("bare-deck-process");
  await bare.ask("begin", { url: simulator.url });
  const press = (side: Child) => side.ask<number>("press", { key: 0, keys: 15, room: 2 });
  const latencies = await comparePresses({ simulator, bridge, bare, rounds, press }, bench);
  await Promise.all([stopDeck(bridge), bare.stop()]);
  await simulator.close();
  return figuresOfPresses("key press to request", latencies);
}

/** Turns a page, which paints all 32 keys anew, and presses the record key in the same moment. */
async function measureRepaints(bench: BenchSettings): Promise<readonly Figure[]> {
  const rounds = full(bench, 40, 10);
  const simulator = await startSimulator(1);
  const bridge = await startDeck(
    { url: simulator.url, address: "fake://xl", rooms: 1, keys: pagedKeys() },
    bench,
  );
  const pendingMs: number[] = [];
  const repaintMs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await bridge.ask("shown");
    const turnedMs = await bridge.ask<number>("press", { key: 31, keys: 32 });
    const pressedMs = await bridge.ask<number>("press", { key: 0, keys: 32 });
    await rest(400);
    const pictures = await bridge.ask<readonly ShownPicture[]>("shown");
    const others = pictures.filter(({ control }) => control !== "key-1");
    const firsts = new Map(others.toReversed().map(({ control, atMs }) => [control, atMs]));
    repaintMs.push(Math.max(...firsts.values()) - turnedMs);
    const pending = pictures.find(({ control, atMs }) => control === "key-1" && atMs > pressedMs);
    pendingMs.push((pending?.atMs ?? Number.NaN) - pressedMs);
    simulator.somebodyElse(1, "stop");
    await until("the room", async () => (await bridge.ask<number>("rooms", { status: "available" })) === 1);
  }
  await stopDeck(bridge);
  await simulator.close();
  return [
    ...figuresOf("press to pending picture, XL repainting", distribute(pendingMs), { p95: below(50) }),
    ...figuresOf("full repaint of an XL, 32 keys", distribute(repaintMs), { p95: below(40) }),
  ];
}

/** Two pages that differ on every key but the first, which records. */
function pagedKeys(): Readonly<Record<string, unknown>> {
  const page = (name: string, next: string) =>
    Object.fromEntries(
      Array.from({ length: 31 }, (_, index) => [
        `key-${index + 2}`,
        {
          ...(index === 30 ? { press: { page: next } } : {}),
          look: {
            otherwise: {
              color: index % 2 === 0 ? "blue" : "gray",
              icon: "mark",
              text: `${name} ${index} {elapsed}`,
            },
          },
        },
      ]),
    );
  return {
    controls: { "key-1": { press: "start", look: "tally" }, ...page("One", "two") },
    pages: { two: page("Two", "first") },
  };
}

async function measureTimers(bench: BenchSettings): Promise<readonly Figure[]> {
  const forSeconds = full(bench, 20, 6);
  const simulator = await startSimulator(32);
  const names = Array.from({ length: 32 }, (_, index) => `room-${index + 1}`);
  const bridge = await startDeck(
    { url: simulator.url, address: "fake://xl", rooms: 32, keys: { rooms: names } },
    bench,
  );
  for (let room = 1; room <= 32; room++) simulator.somebodyElse(room, "start");
  await until(
    "32 recordings",
    async () => (await bridge.ask<number>("rooms", { status: "recording" })) === 32,
  );
  await rest(3000);
  await bridge.ask("shown");
  const load = await measureLoad(bridge, seconds(forSeconds));
  const pictures = await bridge.ask<readonly ShownPicture[]>("shown");
  await stopDeck(bridge);
  await simulator.close();
  return [
    { name: "32 running timers, processor", value: load.cpuPercent, unit: "%", bar: below(10) },
    { name: "32 running timers, pictures", value: pictures.length / forSeconds, unit: "per second" },
    { name: "32 running timers, memory", value: load.rssMegabytes, unit: "MB" },
  ];
}

interface DeckSettings {
  readonly url: string;
  readonly address: string;
  readonly rooms: number;
  readonly keys: Readonly<Record<string, unknown>>;
}

async function startDeck({ url, address, rooms, keys }: DeckSettings, bench: BenchSettings): Promise<Child> {
  const bridge = startChild("deck-process", bench.profileFolder);
  const own =
    Object.keys(keys).length === 0 ? { controls: { "key-1": { press: "start", look: "tally" } } } : keys;
  const device = { kind: "stream-deck", address, ...(rooms === 1 ? { room: "room-1" } : {}), ...own };
  const mapping = JSON.stringify({
    server: { url, username: "panel-bridge" },
    rooms: Object.fromEntries(Array.from({ length: rooms }, (_, index) => [`room-${index + 1}`, index + 1])),
    devices: { deck: device },
    // Looked at often where a round must wait for the room; as it comes where load is measured.
    ...(rooms === 1 ? { timing: { activePollMs: 500, idlePollMs: 500 } } : {}),
  });
  await bridge.ask("begin", { mapping });
  await until(
    "the rooms",
    async () => (await bridge.ask<number>("rooms", { status: "available" })) === rooms,
  );
  return bridge;
}

async function stopDeck(bridge: Child): Promise<void> {
  await bridge.ask("end");
  await bridge.stop();
}

async function startSimulator(rooms: number): Promise<Simulator> {
  const created = await createSimulator({ controlPort: "none", rooms });
  if (!created.ok) throw new Error(created.failure.message);
  return created.value;
}
