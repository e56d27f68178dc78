import type { Bridge } from "../../src/bridge.ts";
import type { Simulator } from "../../src/simulator/server.ts";
import { call, logIn } from "../simulator/start.ts";
import { until } from "./rig.ts";

export interface Refusing {
  readonly simulator: Simulator;
  readonly bridge: Bridge;
  /** Starts recording in room 1. */
  start(): void;
  /** Marks room 1. */
  mark(text: string): void;
}

/** Marks that were made while the server was in trouble, and whose recording somebody deleted there meanwhile. */
export async function makeRefusedMarks(parts: Refusing, texts: readonly string[]): Promise<void> {
  const { simulator, bridge, start, mark } = parts;
  const room = () => bridge.status().rooms.find(({ id }) => id === 1);
  start();
  await until(
    "the recording and its time",
    () => room()?.elapsedMs !== undefined && room()?.recording,
    15_000,
  );
  const recording = room()?.recording;
  simulator.fault({ kind: "error", status: 503, path: "comment" });
  for (const text of texts) {
    const waiting = bridge.status().marksWaiting;
    mark(text);
    await until("a mark that waits", () => bridge.status().marksWaiting > waiting, 15_000);
  }
  const token = await logIn(simulator);
  const path = `api/v3/records/${recording}/delete?access_token=${token}`;
  const { status } = await call(`${simulator.url}/${path}`, "POST", {});
  if (status !== 200) throw new Error(`the recording was not deleted: ${status}`);
  simulator.clearFaults();
  await until("the refusals", () => bridge.status().marks.refused.length === texts.length, 60_000);
}
