import type { Simulator } from "../../src/simulator/server.ts";
import type { Child } from "./child.ts";
import { type Distribution, distribute, figuresOf } from "./distribution.ts";
import { type BenchSettings, below, type Figure } from "./measurement.ts";
import { rest, until } from "./wait.ts";

const PRESS_EVERY_MS = 60;
const START_KEY = "POST rooms/{r}/record/start";

export interface Contest {
  /** Two rooms, both available. */
  readonly simulator: Simulator;
  /** Starts the recording of room 1, or of 2, when it is pressed. */
  readonly bridge: Child;
  readonly bare: Child;
  readonly rounds: number;
  /** Resolves with the moment just before, on the clock that all processes share. */
  press(side: Child): Promise<number>;
}

export interface Latencies {
  readonly own: Distribution;
  readonly script: Distribution;
}

/** How long a press takes to become a request, by turns in the bridge and in a bare script. */
export async function comparePresses(contest: Contest, bench: BenchSettings): Promise<Latencies> {
  const { simulator, bridge, bare, rounds } = contest;
  const ownMs: number[] = [];
  const scriptMs: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    if (round % 25 === 1) bench.tell(`presses: ${round} of ${rounds}`);
    ownMs.push(await timePress(contest, bridge));
    scriptMs.push(await timePress(contest, bare));
    for (const room of [1, 2]) simulator.somebodyElse(room, "stop");
    await until("the room", async () => (await bridge.ask<number>("rooms", { status: "available" })) === 1);
  }
  // The first presses run code that was never run before.
  return { own: distribute(ownMs.slice(5)), script: distribute(scriptMs.slice(5)) };
}

export function figuresOfPresses(name: string, { own, script }: Latencies): readonly Figure[] {
  return [
    ...figuresOf(`${name}, bridge`, own),
    ...figuresOf(`${name}, bare script`, script),
    { name: "bridge to bare script, p50", value: own.p50 / script.p50, unit: "times", bar: below(1.25) },
    { name: "bridge to bare script, p99", value: own.p99 / script.p99, unit: "times", bar: below(1.5) },
  ];
}

async function timePress({ simulator, press }: Contest, side: Child): Promise<number> {
  let arrivedMs: number | undefined;
  const stop = simulator.requests.onRequest(({ key }) => {
    if (key === START_KEY) arrivedMs ??= performance.timeOrigin + performance.now();
  });
  const pressedMs = await press(side);
  await until("the request", () => arrivedMs !== undefined);
  stop();
  await rest(PRESS_EVERY_MS);
  return (arrivedMs ?? Number.NaN) - pressedMs;
}
