/** The product in a process of its own: the whole bridge on a mapping that the parent sends. */

import { deviceKinds } from "../../devices/index.ts";
import { volatileKeeper } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { Bridge } from "../../src/bridge.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { createValtClient } from "../../src/valt/client.ts";
import { createWorldLoader } from "../../src/world.ts";
import { answerParent, readUsage } from "./answering.ts";
import { until } from "./wait.ts";

/** What is known of the rooms, counted; a room with a command under way counts as `pending`. */
export interface Knowledge {
  readonly statuses: Readonly<Record<string, number>>;
  /** Rooms of which the recorded time is known, so that marks can be delivered. */
  readonly timed: number;
}

// Logs as `run` does, into nothing: the texts are made, only the terminal is missing.
const log = createLog({ level: "info", write: () => undefined });
let bridge: Bridge | undefined;

answerParent({ begin, know, usage: readUsage, end: () => bridge?.close() });

/** Resolves with the port of the UDP listener. */
async function begin({ mapping: text }: { mapping: string }): Promise<number> {
  const { mapping, problems } = loadMapping(text, await createWorldLoader(deviceKinds)(text));
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  const begun = new Bridge({
    mapping,
    clock: systemClock,
    log,
    facts: [],
    keeper: volatileKeeper,
    connect: ({ url, username, deadlineMs }) =>
      createValtClient({ url, username, deadlineMs, password: "simulator" }, { clock: systemClock, log }),
    secret: () => undefined,
  });
  bridge = begun;
  begun.start();
  await until("the UDP listener", () => portOf(begun) !== undefined);
  return portOf(begun) ?? 0;
}

function portOf(running: Bridge): number | undefined {
  const status = running.status().devices[0]?.status;
  if (status?.kind !== "open") return undefined;
  return Number(/udp:\/\/[^:]+:(\d+)/.exec(status.productName)?.[1]);
}

function know(): Knowledge {
  if (bridge === undefined) throw new Error("the bridge has not begun");
  const { rooms } = bridge.status();
  const statuses: Record<string, number> = {};
  for (const { status, pending } of rooms) {
    const word = pending === undefined ? (status ?? "unknown") : "pending";
    statuses[word] = (statuses[word] ?? 0) + 1;
  }
  const timed = rooms.filter(({ elapsedMs }) => elapsedMs !== undefined).length;
  return { statuses, timed };
}
