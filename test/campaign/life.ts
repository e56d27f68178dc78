import type { Cancel, Clock } from "../../src/base/clock.ts";
import { silentLog } from "../../src/base/log.ts";
import { Bridge } from "../../src/bridge.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { createValtClient } from "../../src/valt/client.ts";
import { assembleWorld } from "../../src/world.ts";
import type { Disk } from "./disk.ts";
import type { CampaignPanel } from "./panel.ts";
import type { CampaignServer } from "./server.ts";

export interface LifeTools {
  readonly clock: Clock;
  readonly server: CampaignServer;
  readonly disk: Disk;
  readonly panels: readonly CampaignPanel[];
  witness(fact: Fact): void;
}

/** One process: from its start until it is killed. */
export interface Life {
  readonly bridge: Bridge;
  /** As `kill -9` does: nothing of it runs any more, and nothing is said. */
  kill(): void;
}

export function beginLife(tools: LifeTools): Life {
  const { server, disk, panels, witness } = tools;
  const { clock, kill } = createMortalClock(tools.clock);
  const bridge = new Bridge({
    mapping: mappingFor(panels),
    clock,
    log: silentLog,
    facts: [(fact) => clock.isAlive() && witness(fact)],
    keeper: disk.createKeeper(clock),
    connect({ url, username, deadlineMs }) {
      const transport = server.createTransport(clock);
      const settings = { url, username, deadlineMs, password: "simulator" };
      const client = createValtClient(settings, { clock, log: silentLog, transport });
      const seen = { certificateEndsWallMs: undefined, clockAheadMs: 0 };
      return { ...client, inspect: () => Promise.resolve({ ok: true, value: seen }) };
    },
    secret: () => undefined,
  });
  bridge.start();
  return { bridge, kill };
}

/** A clock whose timers die with the process. */
function createMortalClock(clock: Clock): {
  readonly clock: Clock & { isAlive(): boolean };
  kill(): void;
} {
  let isAlive = true;
  const cancels = new Set<Cancel>();
  const hold = (cancel: Cancel): Cancel => {
    cancels.add(cancel);
    return () => {
      cancels.delete(cancel);
      cancel();
    };
  };
  const living = (task: () => void) => () => {
    if (isAlive) task();
  };
  return {
    clock: {
      ...clock,
      isAlive: () => isAlive,
      after: (delayMs, task) => hold(clock.after(delayMs, living(task))),
      every: (intervalMs, task) => hold(clock.every(intervalMs, living(task))),
      soon: (task) => clock.soon(living(task)),
    },
    kill() {
      isAlive = false;
      for (const cancel of cancels) cancel();
    },
  };
}

/** A panel for each of the first rooms, `room-1` and so on. */
function mappingFor(panels: readonly CampaignPanel[]): Mapping {
  const kinds = panels.map(({ kind }, index) => ({ ...kind, kind: `campaign-panel-${index + 1}` }));
  const text = JSON.stringify({
    server: { url: "https://valt.example.com", username: "panel-bridge" },
    rooms: Object.fromEntries(panels.map((_, index) => [`room-${index + 1}`, index + 1])),
    devices: Object.fromEntries(
      panels.map((_, index) => [
        `panel-${index + 1}`,
        {
          kind: `campaign-panel-${index + 1}`,
          room: `room-${index + 1}`,
          controls: {
            tally: { press: "toggle", look: "tally" },
            start: { press: "start" },
            stop: { press: "stop" },
            pause: { press: "pause" },
            resume: { press: "resume" },
            "toggle-pause": { press: "toggle-pause" },
            lock: { press: "lock" },
            unlock: { press: "unlock" },
            mark: { pulse: { mark: "{value}" } },
          },
        },
      ]),
    ),
  });
  const loaded = loadMapping(text, assembleWorld(kinds));
  if (loaded.mapping === undefined) throw new Error(loaded.problems.map(({ message }) => message).join("; "));
  return loaded.mapping;
}
