/** The bridge with panels of the browser and its console, in a process of its own, and when each picture was shown. */

import { deviceKinds } from "../../devices/index.ts";
import { volatileKeeper } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import { createLog } from "../../src/base/log.ts";
import { Bridge } from "../../src/bridge.ts";
import { createFactHub, sourceFrom } from "../../src/console-source.ts";
import { createConceal } from "../../src/journal/conceal.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { createValtClient } from "../../src/valt/client.ts";
import { serveConsole, type WebConsole } from "../../src/web/console.ts";
import { createWorldLoader } from "../../src/world.ts";
import { answerParent, readUsage } from "./answering.ts";
import { sharedMs } from "./deck-report.ts";

/** A picture that was handed to a panel: when, and to which control. */
export interface ShownPicture {
  readonly atMs: number;
  readonly key: string;
}

const log = createLog({ level: "info", write: () => undefined });
let bridge: Bridge | undefined;
let webConsole: WebConsole | undefined;
let shown: ShownPicture[] = [];

answerParent({ begin, shown: takeShown, rooms: countRooms, usage: readUsage, end });

/** Resolves with the console's address. */
async function begin({ mapping: text }: { mapping: string }): Promise<string> {
  const { mapping, problems } = loadMapping(text, await createWorldLoader(deviceKinds)(text));
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  const hub = createFactHub();
  const begun = new Bridge({
    mapping,
    clock: systemClock,
    log,
    facts: [note, hub.sink],
    keeper: volatileKeeper,
    connect: ({ url, username, deadlineMs }) =>
      createValtClient({ url, username, deadlineMs, password: "simulator" }, { clock: systemClock, log }),
    secret: () => undefined,
  });
  const { fingerprint } = mapping;
  const view = { file: "bench.jsonc", text, problems, isActive: true, fingerprint };
  const conceal = createConceal(() => ["bench-passcode"]);
  const source = sourceFrom({
    bridge: begun,
    hub,
    hide: (text) => String(conceal(text)),
    mapping: () => view,
    reload: async () => ({ kind: "unchanged", problems }),
    nextSchedule: async () => ({ ok: true, value: undefined }),
  });
  const served = await serveConsole({ settings: { port: 0 }, source, clock: systemClock, log });
  if (!served.ok) throw new Error(served.failure.message);
  bridge = begun;
  webConsole = served.value;
  begun.start();
  return served.value.url;
}

function note(fact: Fact): void {
  if (fact.kind === "shown") shown.push({ atMs: sharedMs(), key: `${fact.device} ${fact.control}` });
}

function takeShown(): readonly ShownPicture[] {
  const taken = shown;
  shown = [];
  return taken;
}

function countRooms({ status }: { status: string }): number {
  return bridge?.status().rooms.filter((room) => room.status === status).length ?? 0;
}

async function end(): Promise<void> {
  await webConsole?.close();
  await bridge?.close();
}
