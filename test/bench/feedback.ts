import { distribute, figuresOf } from "./distribution.ts";
import { type BenchSettings, below, type Figure, full } from "./measurement.ts";
import { openStage, roomNames } from "./stage.ts";
import { rest, untilQuiet } from "./wait.ts";

/** How soon a change is told, and how soon a press is seen to be taken. */
export async function measureFeedback(bench: BenchSettings): Promise<readonly Figure[]> {
  return [...(await measureTelling(bench)), ...(await measurePending(bench))];
}

interface Change {
  readonly status: string;
  readonly changedMs: number;
  answeredMs: number | undefined;
  toldMs: number | undefined;
}

/** Somebody else starts and stops rooms in turn; the bridge finds out by its polling and tells a subscriber. */
async function measureTelling(bench: BenchSettings): Promise<readonly Figure[]> {
  const rooms = 30;
  const stage = await openStage({ rooms }, bench);
  const { simulator, surface, port } = stage;
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
  surface.send(port, "/valt/subscribe", 600);
  await stage.untilAll("available");
  const wanted = full(bench, 120, 20);
  bench.tell(`feedback: ${wanted} changes by somebody else`);
  for (let count = 0; count < wanted; count++) {
    const room = (count % rooms) + 1;
    const isIdle = simulator.world.room(room)?.status === "available";
    const status = isIdle ? "recording" : "available";
    const change = { status, changedMs: performance.now(), answeredMs: undefined, toldMs: undefined };
    current.set(room, change);
    changes.push(change);
    simulator.somebodyElse(room, isIdle ? "start" : "stop");
    // Each room is left alone for longer than the bridge may take to find out.
    await rest(200);
  }
  await untilQuiet(() => changes.filter(({ toldMs }) => toldMs !== undefined).length, {
    wanted,
    quietMs: 6000,
    withinMs: 6000,
  });
  await stage.close();
  const told = changes.filter(({ toldMs, answeredMs }) => toldMs !== undefined && answeredMs !== undefined);
  const fromAnswer = told.map(({ toldMs = 0, answeredMs = 0 }) => toldMs - answeredMs);
  const fromChange = told.map(({ toldMs = 0, changedMs }) => toldMs - changedMs);
  return [
    ...figuresOf("the server's answer to the push", distribute(fromAnswer)),
    ...figuresOf("the change itself to the push (bounded by the poll)", distribute(fromChange)),
    {
      name: "changes that were not told in time",
      value: changes.length - told.length,
      unit: "count",
      note: `of ${changes.length}, each within 6 s`,
    },
  ];
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
