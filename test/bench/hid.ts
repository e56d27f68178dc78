import { createSimulator, type Simulator } from "../../src/simulator/server.ts";
import { type Child, measureLoad, seconds, startChild } from "./child.ts";
import { figuresOf } from "./distribution.ts";
import { type BenchSettings, below, type Figure, full } from "./measurement.ts";
import { comparePresses, figuresOfPresses } from "./press-comparison.ts";
import { rest, until } from "./wait.ts";

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
  const press = (side: Child) => side.ask<number>("play", { reports: [DOWN, UP] });
  const contest = { simulator, bridge, bare, press };
  const quiet = await comparePresses({ ...contest, rounds: full(bench, 150, 30) }, bench);
  const idle = await measureLoad(bridge, seconds(full(bench, 10, 4)));
  await bridge.ask("flood", { report: UP });
  const load = await measureLoad(bridge, seconds(full(bench, 10, 4)));
  const flooded = await comparePresses({ ...contest, rounds: full(bench, 50, 15) }, bench);
  await bridge.ask("end");
  await Promise.all([bridge.stop(), bare.stop()]);
  await simulator.close();
  return [
    ...figuresOfPresses("press to request", quiet),
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
