import { type Child, type Load, measureLoad, seconds, startChild } from "./child.ts";
import { type Distribution, distribute, figuresOf } from "./distribution.ts";
import { type Bar, type BenchSettings, below, exactly, type Figure, full } from "./measurement.ts";
import { watchPresses } from "./presses.ts";
import { openStage, type Stage } from "./stage.ts";
import { rest } from "./wait.ts";

/** What the bridge costs: when nothing happens, and with a thousand rooms looked at every second. */
export async function measureLoads(bench: BenchSettings): Promise<readonly Figure[]> {
  const idle = await measureIdle(bench);
  const panels = await measurePanels(bench);
  const name = `${ROOMS} rooms a second`;
  const bridge = await measureBusy(bench);
  const bare = await measureBarePolling(bench);
  return [
    ...idle,
    ...panels,
    ...figuresOfTrial(name, bridge, { rss: below(110), p99: below(3) }),
    { name: `${name}, requests beyond one a press`, value: bridge.surplus, unit: "count", bar: exactly(0) },
    ...figuresOfTrial(`${name}, bare script`, bare),
    {
      name: `${name}, bridge to bare script, CPU`,
      value: bridge.load.cpuPercent / bare.load.cpuPercent,
      unit: "times",
      bar: below(1.15),
    },
    {
      name: `${name}, bridge to bare script, press p99`,
      value: bridge.latency.p99 / bare.latency.p99,
      unit: "times",
    },
  ];
}

const SETTLE_MS = 2000;

/** Three bridges side by side, each with its own server; the accounts of processes are kept apart anyway. */
async function measureIdle(bench: BenchSettings): Promise<readonly Figure[]> {
  const sizes = [1, 100, 1000];
  const stages: Stage[] = [];
  for (const rooms of sizes) stages.push(await openStage({ rooms }, bench));
  await rest(SETTLE_MS);
  const forSeconds = full(bench, 20, 3);
  bench.tell(`load: idle for ${forSeconds} s`);
  const loads = await Promise.all(stages.map(({ bridge }) => measureLoad(bridge, seconds(forSeconds))));
  for (const stage of stages) await stage.close();
  return loads.flatMap((load, index) =>
    figuresOfLoad(`${sizes[index]} rooms at rest`, load, sizes[index] === 1 ? { cpu: below(0.5) } : {}),
  );
}

const PANELS = 30;

/** What a large site keeps in memory: panels with pictures, and the console. */
async function measurePanels(bench: BenchSettings): Promise<readonly Figure[]> {
  const stage = await openStage({ rooms: ROOMS, panels: PANELS }, bench);
  bench.tell(`load: ${PANELS} panels`);
  await rest(full(bench, 60, 20) * 1000);
  const load = await measureLoad(stage.bridge, seconds(full(bench, 20, 3)));
  await stage.close();
  return figuresOfLoad(`${ROOMS} rooms at rest, ${PANELS} panels`, load, { rss: below(110) });
}

const ROOMS = 1000;
const EVERY_SECOND = { activePollMs: 1000, idlePollMs: 1000, requestsPerSecond: 2000 };
const PRESS_EVERY_MS = 50;

async function measureBusy(bench: BenchSettings): Promise<Trial> {
  // A list that vouches for idle rooms would leave hardly any looks to measure.
  const simulator = { bulkDetail: "names" } as const;
  const stage = await openStage({ rooms: ROOMS, timing: EVERY_SECOND, simulator }, bench);
  await stage.untilAll("available");
  const trial = await tryUnderLoad(
    { stage, polling: stage.bridge, addressOf: (room) => `/valt/room/room-${room}/start`, port: stage.port },
    bench,
  );
  await stage.close();
  return trial;
}

/** The same looks and presses by a script that keeps nothing but the answer: what the machine allows. */
async function measureBarePolling(bench: BenchSettings): Promise<Trial> {
  const stage = await openStage({ rooms: 1, otherRooms: ROOMS - 1 }, bench);
  const bare = startChild("bare-process");
  const port = await bare.ask<number>("begin", { url: stage.simulator.url });
  await bare.ask("poll", { url: stage.simulator.url, rooms: ROOMS });
  const addressOf = (room: number) => `/valt/room/${room}/start`;
  const trial = await tryUnderLoad({ stage, polling: bare, addressOf, port }, bench);
  await bare.stop();
  await stage.close();
  return trial;
}

interface Candidate {
  readonly stage: Stage;
  /** The process that looks at the rooms. */
  readonly polling: Pick<Child, "ask">;
  readonly port: number;
  addressOf(room: number): string;
}

interface Trial {
  readonly load: Load;
  readonly looksPerSecond: number;
  readonly latency: Distribution;
  readonly surplus: number;
}

/** First the looks alone, for the account of the processor; then presses on rooms that were not pressed before. */
async function tryUnderLoad(candidate: Candidate, bench: BenchSettings): Promise<Trial> {
  const { stage, polling, port, addressOf } = candidate;
  const { simulator, surface } = stage;
  await rest(SETTLE_MS);
  const looks = () => simulator.requests.count("GET rooms/{r}/status");
  const looksBefore = looks();
  const forSeconds = full(bench, 15, 3);
  bench.tell(`load: ${ROOMS} rooms a second for ${forSeconds} s`);
  const load = await measureLoad(polling, seconds(forSeconds));
  const looksPerSecond = (looks() - looksBefore) / forSeconds;
  const presses = watchPresses(simulator);
  const wanted = full(bench, 300, 40);
  bench.tell(`load: ${wanted} presses meanwhile`);
  for (let room = 1; room <= wanted; room++) {
    presses.pressed(room, surface.send(port, addressOf(room)));
    await rest(PRESS_EVERY_MS);
  }
  await rest(500);
  const latency = distribute(presses.latenciesMs(() => true));
  return { load, looksPerSecond, latency, surplus: presses.commands(() => true) - wanted };
}

function figuresOfTrial(
  name: string,
  { load, looksPerSecond, latency }: Trial,
  bars: Partial<Record<"cpu" | "rss" | "p99", Bar>> = {},
): readonly Figure[] {
  return [
    { name: `${name}, looks`, value: looksPerSecond, unit: "per second" },
    ...figuresOfLoad(name, load, bars),
    ...figuresOf(`${name}, press to request`, latency, bars.p99 === undefined ? {} : { p99: bars.p99 }),
  ];
}

function figuresOfLoad(
  name: string,
  { cpuPercent, rssMegabytes, ownMegabytes }: Load,
  { cpu, rss }: Partial<Record<"cpu" | "rss", Bar>> = {},
): readonly Figure[] {
  return [
    {
      name: `${name}, CPU of one core`,
      value: cpuPercent,
      unit: "%",
      ...(cpu === undefined ? {} : { bar: cpu }),
    },
    {
      name: `${name}, resident memory`,
      value: rssMegabytes,
      unit: "MB",
      ...(rss === undefined ? {} : { bar: rss }),
      note: `${Math.round(ownMegabytes)} MB its own, the rest pages of files`,
    },
  ];
}
