import { startChild } from "./child.ts";
import { distribute, figuresOf } from "./distribution.ts";
import { type BenchSettings, below, type Figure, full } from "./measurement.ts";
import { openStage, roomNames, type Stage } from "./stage.ts";
import { rest, untilQuiet } from "./wait.ts";

/** How soon a change is told, and how soon a press is seen to be taken. */
export async function measureFeedback(bench: BenchSettings): Promise<readonly Figure[]> {
  return [...(await compareTelling(bench)), ...(await measurePending(bench))];
}

interface Change {
  readonly status: string;
  readonly changedMs: number;
  answeredMs: number | undefined;
  toldMs: number | undefined;
}

const ROOMS = 30;
const EVERY_SECOND = { activePollMs: 1000, idlePollMs: 1000, requestsPerSecond: 200 };

/** Somebody else starts and stops rooms in turn; the bridge and then a bare script find out by looking, and tell it. */
async function compareTelling(bench: BenchSettings): Promise<readonly Figure[]> {
  const simulator = { bulkDetail: "names" } as const;
  const stage = await openStage({ rooms: ROOMS, timing: EVERY_SECOND, simulator }, bench);
  await stage.untilAll("available");
  stage.surface.send(stage.port, "/valt/subscribe", 600);
  await rest(500);
  const bridge = await tellChanges(stage, bench);
  await stage.close();
  const other = await openStage({ rooms: 1, otherRooms: ROOMS - 1, simulator }, bench);
  const bare = startChild("bare-process");
  await bare.ask("poll", { url: other.simulator.url, rooms: ROOMS, lampPort: other.surface.port });
  await rest(2000);
  const script = await tellChanges(other, bench);
  await bare.stop();
  await other.close();
  const [own, theirs] = [distribute(bridge.fromAnswerMs), distribute(script.fromAnswerMs)];
  const name = "the server's answer to the push";
  return [
    ...figuresOf(name, own),
    ...figuresOf(`${name}, bare script`, theirs),
    { name: "bridge to bare script, p50", value: own.p50 / theirs.p50, unit: "times", bar: below(1.2) },
    ...figuresOf("the change itself to the push (bounded by the poll)", distribute(bridge.fromChangeMs)),
    {
      name: "changes that were not told in time",
      value: bridge.untold,
      unit: "count",
      note: "each within 6 s",
    },
  ];
}

interface Told {
  readonly fromAnswerMs: readonly number[];
  readonly fromChangeMs: readonly number[];
  readonly untold: number;
}

async function tellChanges({ simulator, surface }: Stage, bench: BenchSettings): Promise<Told> {
  const current = new Map<number, Change>();
  const changes: Change[] = [];
  simulator.requests.onAnswer(({ key, path }) => {
    const change = key === "GET rooms/{r}/status" ? current.get(Number(path.split("/")[1])) : undefined;
    if (change !== undefined) change.answeredMs ??= performance.now();
  });
  surface.listen((address, [status], atMs) => {
    const room = Number(/^\/valt\/room\/room-(\d+)\/state$/.exec(address)?.[1]);
    const change = current.get(room);
    if (change !== undefined && change.status === status) change.toldMs ??= atMs;
  });
  const wanted = full(bench, 240, 40);
  bench.tell(`feedback: ${wanted} changes by somebody else`);
  for (let count = 0; count < wanted; count++) {
    const room = (count % ROOMS) + 1;
    const isIdle = simulator.world.room(room)?.status === "available";
    const status = isIdle ? "recording" : "available";
    const change = { status, changedMs: performance.now(), answeredMs: undefined, toldMs: undefined };
    current.set(room, change);
    changes.push(change);
    simulator.somebodyElse(room, isIdle ? "start" : "stop");
    // Each room is left alone for longer than it may take to find out.
    await rest(100);
  }
  await untilQuiet(() => changes.filter(({ toldMs }) => toldMs !== undefined).length, {
    wanted,
    quietMs: 6000,
    withinMs: 6000,
  });
  const told = changes.filter(({ toldMs, answeredMs }) => toldMs !== undefined && answeredMs !== undefined);
  const fromAnswerMs = told.map(({ toldMs = 0, answeredMs = 0 }) => toldMs - answeredMs);
  const fromChangeMs = told.map(({ toldMs = 0, changedMs }) => toldMs - changedMs);
  return { fromAnswerMs, fromChangeMs, untold: changes.length - told.length };
}

const LAMP_FAST = 3;

/** A server that takes half a second; the lamp of the pressed button must blink long before that. */
async function measurePending(bench: BenchSettings): Promise<readonly Figure[]> {
  const rooms = 10;
  const device = ({ port: lampPort }: { port: number }) => ({
    targets: `udp://127.0.0.1:${lampPort}`,
    controls: Object.fromEntries(
      roomNames(rooms).map((room) => [`/page/${room}`, { press: "toggle", look: "tally", room }]),
    ),
  });
  const stage = await openStage({ rooms, device }, bench);
  const { simulator, surface, port } = stage;
  await stage.untilAll("available");
  simulator.fault({ kind: "latency", ms: 500 });
  const pressedMs = new Map<string, number>();
  const samplesMs: number[] = [];
  const isTaken = new Map<string, boolean>();
  surface.listen((address, [lamp], atMs) => {
    const room = /^\/page\/(.+)\/lamp$/.exec(address)?.[1];
    if (room === undefined) return;
    isTaken.set(room, lamp === LAMP_FAST);
    const sinceMs = pressedMs.get(room);
    if (lamp !== LAMP_FAST || sinceMs === undefined) return;
    samplesMs.push(atMs - sinceMs);
    pressedMs.delete(room);
  });
  const wanted = full(bench, 120, 20);
  let pressed = 0;
  bench.tell(`feedback: ${wanted} presses on a server that takes 500 ms`);
  for (let turn = 0; pressed < wanted; turn++) {
    const name = `room-${(turn % rooms) + 1}`;
    await rest(150);
    if (isTaken.get(name) === true) continue;
    pressed++;
    pressedMs.set(name, surface.send(port, `/page/${name}`, 1));
    await rest(30);
    surface.send(port, `/page/${name}`, 0);
  }
  await rest(1500);
  simulator.clearFaults();
  await stage.close();
  return [
    ...figuresOf("press to pending lamp, server takes 500 ms", distribute(samplesMs), { p95: below(50) }),
    { name: "presses without a pending lamp", value: pressed - samplesMs.length, unit: "count" },
  ];
}
