import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { volatileKeeper } from "../../src/action/mark.ts";
import { systemClock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import type { ConsoleSettings, ConsoleSource } from "../../src/bridge/console-source.ts";
import { createFactHub, type FactHub, sourceFrom } from "../../src/bridge/console-source.ts";
import { Kiosks } from "../../src/bridge/kiosks.ts";
import { Bridge } from "../../src/bridge.ts";
import { createConceal } from "../../src/journal/conceal.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import { createSimulator, type Simulator, type SimulatorSettings } from "../../src/simulator/server.ts";
import { serveConsole } from "../../src/web/console.ts";
import { connect, until, world } from "../support/rig.ts";

export interface ConsoleRig {
  readonly simulator: Simulator;
  readonly bridge: Bridge;
  readonly console: { readonly url: string; close(): Promise<void> };
  readonly facts: readonly Fact[];
  readonly kiosks: Kiosks;
  /** Where they are kept. */
  readonly folder: string;
  /** What the mapping file says now; the bridge takes it over when it is told to reload. */
  edit(text: string): void;
}

export interface ConsoleRigSettings {
  readonly simulator?: SimulatorSettings;
  readonly rooms?: Readonly<Record<string, unknown>>;
  readonly devices?: Readonly<Record<string, unknown>>;
  readonly timing?: Readonly<Record<string, unknown>>;
  /** What people read; default English. */
  readonly language?: string;
  readonly deadlineMs?: number;
  /** The mapping's own parts beside these, such as its language. */
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly console?: ConsoleSettings;
  /** What nobody may read in the console; a device's passcode by the name that the mapping gives it. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** What the journal has; nothing when absent. */
  readonly history?: ConsoleSource["history"];
  /** The last lines of the log. */
  readonly log?: ReturnType<ConsoleSource["log"]>;
  /** Changes what the console is told. */
  readonly amend?: (source: ConsoleSource) => ConsoleSource;
  /** In the place of the console's own. */
  readonly serve?: typeof serveConsole;
  /** How a bridge is stopped later than by the end of the test; default with it. */
  readonly cleanUp?: (task: () => Promise<void>) => void;
}

/** A desk deck for one room, and a tablet on the wall for another. */
export const DEVICES = {
  desk: { kind: "virtual", model: "mk2", room: "interview-1" },
  wall: { kind: "virtual", model: "touch-page", room: "interview-2" },
};

/** A simulator, a bridge and its console on real sockets, closed when the test ends. */
export async function startConsole(settings: ConsoleRigSettings = {}): Promise<ConsoleRig> {
  const created = await createSimulator({ rooms: 4, ...settings.simulator });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  let text = mappingText(simulator.url, settings);
  const facts: Fact[] = [];
  const hub = createFactHub();
  const bridge = new Bridge({
    mapping: parse(text),
    clock: systemClock,
    log: silentLog,
    facts: [(fact) => facts.push(fact), hub.sink],
    keeper: volatileKeeper,
    connect: (server) => connect(server),
    secret: (name) => settings.secrets?.[name],
  });
  const conceal = createConceal(() => Object.values(settings.secrets ?? {}));
  const hide = (hidden: string) => String(conceal(hidden));
  const folder = mkdtempSync(join(tmpdir(), "console-rig-"));
  const kiosks = await Kiosks.open({ folder, log: silentLog });
  const source = sourceOf({
    bridge,
    simulator,
    hub,
    kiosks,
    hide,
    history: settings.history,
    log: () => settings.log ?? [],
    text: () => text,
  });
  const served = await (settings.serve ?? serveConsole)({
    settings: { port: 0, ...settings.console },
    source: settings.amend?.(source) ?? source,
    clock: systemClock,
    log: silentLog,
  });
  if (!served.ok) {
    await Promise.all([bridge.close(), simulator.close()]);
    throw new Error(served.failure.message);
  }
  bridge.start();
  (settings.cleanUp ?? onTestFinished)(async () => {
    await served.value.close();
    await bridge.close();
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });
  await until(
    "the rooms",
    () => bridge.status().rooms.every(({ knowledge }) => knowledge === "live"),
    60_000,
  );
  const edit = (edited: string) => {
    text = edited;
  };
  return { simulator, bridge, console: served.value, facts, kiosks, folder, edit };
}

export function mappingText(url: string, settings: ConsoleRigSettings = {}): string {
  return JSON.stringify(
    {
      ...(settings.language === undefined ? {} : { language: settings.language }),
      server: { url, username: "panel-bridge", deadlineMs: settings.deadlineMs ?? 1000 },
      rooms: settings.rooms ?? { "interview-1": 1, "interview-2": 2, clinic: 3, simulation: 4 },
      devices: settings.devices ?? DEVICES,
      timing: {
        activePollMs: 200,
        idlePollMs: 200,
        requestsPerSecond: 1000,
        freshMs: 600,
        ...settings.timing,
      },
      ...settings.extra,
    },
    undefined,
    2,
  );
}

interface SourceParts {
  readonly bridge: Bridge;
  readonly simulator: Simulator;
  readonly hub: FactHub;
  readonly kiosks: Kiosks;
  readonly history: ConsoleSource["history"] | undefined;
  readonly log: ConsoleSource["log"];
  hide(text: string): string;
  text(): string;
}

/** The way a process that runs a mapping file gives the console its source. */
function sourceOf({ bridge, simulator, hub, kiosks, hide, history, log, text }: SourceParts): ConsoleSource {
  let read = { text: "", ...loadMapping("", world) };
  const readAgain = () => {
    if (read.text !== text()) read = { text: text(), ...loadMapping(text(), world) };
    return read;
  };
  return sourceFrom({
    bridge,
    hub,
    hide,
    mapping: () => {
      const { mapping, problems } = readAgain();
      const { mapping: fingerprint } = bridge.status();
      const isActive = mapping?.fingerprint === fingerprint;
      return { file: "site.jsonc", text: text(), problems, isActive, fingerprint };
    },
    reload: async () => {
      const { mapping, problems } = readAgain();
      if (mapping === undefined) return { kind: "has-errors", problems };
      if (mapping.fingerprint === bridge.status().mapping) return { kind: "unchanged", problems };
      await bridge.adopt(mapping);
      return { kind: "taken-over", problems };
    },
    nextSchedule: async () => ({ ok: true, value: undefined }),
    history: history ?? (async () => ({ ok: true, value: { facts: [], isCut: false } })),
    kiosks,
    log,
    simulator,
  });
}

function parse(text: string) {
  const { mapping, problems } = loadMapping(text, world);
  if (mapping === undefined) throw new Error(problems.map(({ message }) => message).join("; "));
  return mapping;
}
