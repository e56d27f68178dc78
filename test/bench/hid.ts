import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { type Child, measureLoad, seconds, startChild } from "./child.ts";
import { distribute, figuresOf } from "./distribution.ts";
import { type BenchSettings, below, type Figure, full } from "./measurement.ts";
import { rest, until } from "./wait.ts";

const PRESS_EVERY_MS = 120;
const START_KEY = "POST rooms/{r}/record/start";
/** An X-keys XK-24 with nothing down, and with key 1 down. */
const [UP, DOWN] = ["00", "01"].map((column) => `0100${column}`.padEnd(64, "0")) as [string, string];

/** Press to request beside a bare script, also while the panel repeats itself a thousand times a second. */
export async function measureHid(bench: BenchSettings): Promise<readonly Figure[]> {
  const created = await createSimulator({ controlPort: "none", rooms: 2 });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const bridge = await startPanel(simulator, bench);
  const bare = startChild("bare-hid-process");
  await bare.ask("begin", { url: simulator.url });
  const sides = { simulator, bridge, bare, rounds: full(bench, 150, 30) };
  const quiet = await comparePresses(sides, bench);
  const idle = await measureLoad(bridge, seconds(full(bench, 10, 4)));
  await bridge.ask("flood", { report: UP });
  const load = await measureLoad(bridge, seconds(full(bench, 10, 4)));
  const flooded = await comparePresses({ ...sides, rounds: full(bench, 50, 15) }, bench);
  await bridge.ask("end");
  await Promise.all([bridge.stop(), bare.stop()]);
  await simulator.close();
  return [
    ...figuresOf("press to request, bridge", quiet.own),
    ...figuresOf("press to request, bare script", quiet.script),
    {
      name: "bridge to bare script, p50",
      value: quiet.own.p50 / quiet.script.p50,
      unit: "times",
      bar: below(1.5),
    },
    ...figuresOf("press to request, 1000 reports a second", flooded.own),
    {
      name: "1000 equal reports a second, processor",
      value: load.cpuPercent - idle.cpuPercent,
      unit: "%",
      bar: below(10),
      note: "more than at rest",
    },
  ];
}

interface Sides {
  readonly simulator: Simulator;
  readonly bridge: Child;
  readonly bare: Child;
  readonly rounds: number;
}

async function comparePresses({ simulator, bridge, bare, rounds }: Sides, bench: BenchSettings) {
  const latencies: Record<"bridge" | "bare", number[]> = { bridge: [], bare: [] };
  for (let round = 1; round <= rounds; round++) {
    if (round % 25 === 1) bench.tell(`HID presses: ${round} of ${rounds}`);
    latencies.bridge.push(await timePress(simulator, () => bridge.ask("play", { reports: [DOWN, UP] })));
    latencies.bare.push(await timePress(simulator, () => bare.ask("play", { reports: [DOWN, UP] })));
    for (const room of [1, 2]) simulator.somebodyElse(room, "stop");
    await until("the room", async () => (await bridge.ask<number>("rooms", { status: "available" })) === 1);
  }
  // The first presses run code that was never run before.
  return { own: distribute(latencies.bridge.slice(5)), script: distribute(latencies.bare.slice(5)) };
}

async function timePress(simulator: Simulator, press: () => Promise<number>): Promise<number> {
  let arrivedMs: number | undefined;
  const stop = simulator.requests.onRequest(({ key }) => {
    if (key === START_KEY) arrivedMs ??= performance.timeOrigin + performance.now();
  });
  const pressedMs = await press();
  await until("the request", () => arrivedMs !== undefined);
  stop();
  await rest(PRESS_EVERY_MS);
  return (arrivedMs ?? Number.NaN) - pressedMs;
}

async function startPanel({ url }: Simulator, bench: BenchSettings): Promise<Child> {
  const bridge = startChild("deck-process", bench.profileFolder);
  const panel = {
    kind: "usb-hid",
    profile: "xkeys-xk-24",
    path: "fake://",
    room: "room-1",
    controls: { "key-1": { press: "start", look: "tally" } },
  };
  const mapping = JSON.stringify({
    server: { url, username: "panel-bridge" },
    rooms: { "room-1": 1 },
    devices: { panel },
    timing: { activePollMs: 500, idlePollMs: 500 },
  });
  await bridge.ask("begin", { mapping });
  await until("the room", async () => (await bridge.ask<number>("rooms", { status: "available" })) === 1);
  // Reports that come sooner might tell what was held before.
  await rest(1200);
  await bridge.ask("play", { reports: [UP] });
  return bridge;
}
