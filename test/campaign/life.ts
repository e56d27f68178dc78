import type { StartedRecording } from "../../src/alarm/started.ts";
import type { Cancel, Clock } from "../../src/base/clock.ts";
import type { RoomName } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { assembleVocabulary } from "../../src/bridge/mapping-vocabulary.ts";
import { Bridge } from "../../src/bridge.ts";
import type { Fact } from "../../src/journal/fact.ts";
import { loadMapping } from "../../src/mapping/load.ts";
import type { Mapping } from "../../src/mapping/mapping.ts";
import { urlsOf } from "../../src/mapping/server-part.ts";
import { createValtClient } from "../../src/valt/client.ts";
import { createTransport, type Transport } from "../../src/valt/transport.ts";
import type { Connection, Path } from "./connection.ts";
import { CONTROLS, HOLD_MS } from "./controls.ts";
import { type Disk, WRITE_MS } from "./disk.ts";
import type { CampaignPanel } from "./panel.ts";
import type { CampaignServer } from "./server.ts";
import type { Doer } from "./truth.ts";
import { createWire, type LeavingHabits, type Wire } from "./wire.ts";

export interface LifeTools {
  /** Which of the two bridges. */
  readonly by: Doer;
  readonly clock: Clock;
  readonly server: CampaignServer;
  /** The ways from its machine to the server, one for each of its addresses. */
  readonly paths: readonly Path[];
  readonly leaving: LeavingHabits;
  readonly disk: Disk;
  readonly panels: readonly CampaignPanel[];
  witness(fact: Fact): void;
}

const ADDRESSES = ["https://valt.example.com", "https://valt-2.example.com"];

/** One process: from its start until it is killed. */
export interface Life {
  readonly bridge: Bridge;
  /** As `kill -9` does: nothing of it runs any more, and nothing is said. */
  kill(): void;
}

export function beginLife(tools: LifeTools): Life {
  const { by, server, paths, leaving, disk, panels, witness } = tools;
  const { clock, kill } = createMortalClock(tools.clock);
  const wires: Wire[] = [];
  const memory = new Map<RoomName, StartedRecording>();
  const bridge = new Bridge({
    mapping: mappingFor(panels, ADDRESSES.slice(0, paths.length)),
    clock,
    log: silentLog,
    facts: [(fact) => clock.isAlive() && witness(fact)],
    keeper: disk.createKeeper(clock),
    started: {
      newest: (room) => memory.get(room) ?? disk.started.newest(room),
      note(room, started) {
        memory.set(room, started);
        clock.after(WRITE_MS, () => disk.started.note(room, started));
      },
    },
    connect({ url: first, otherUrls, username, deadlineMs }) {
      const url = urlsOf({ url: first, otherUrls });
      const accept = (connection: Connection) => server.accept(connection, by);
      const transports = new Map(
        paths.map((path, index) => {
          const origin = url[index] ?? "";
          const wire = createWire({ path, accept, clockOfLife: clock, leaving });
          wires.push(wire);
          const wiring = { origin, connect: wire.connect, connections: 8, deadlineMs };
          return [origin, createTransport(wiring, clock)] as const;
        }),
      );
      const transport = (origin: string) => transports.get(origin) as Transport;
      const settings = { url, username, deadlineMs, password: "simulator" };
      const client = createValtClient(settings, { clock, log: silentLog, transport });
      const seen = { certificateEndsWallMs: undefined, clockAheadMs: 0 };
      return { ...client, inspect: () => Promise.resolve({ ok: true, value: seen }) };
    },
    secret: () => undefined,
  });
  bridge.start();
  return {
    bridge,
    kill() {
      kill();
      for (const wire of wires) wire.kill();
    },
  };
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
function mappingFor(panels: readonly CampaignPanel[], addresses: readonly string[]): Mapping {
  const kinds = panels.map(({ kind }, index) => ({ ...kind, kind: `campaign-panel-${index + 1}` }));
  const text = JSON.stringify({
    server: { url: addresses, username: "panel-bridge" },
    rooms: Object.fromEntries(panels.map((_, index) => [`room-${index + 1}`, index + 1])),
    devices: Object.fromEntries(
      panels.map((_, index) => [
        `panel-${index + 1}`,
        {
          kind: `campaign-panel-${index + 1}`,
          room: `room-${index + 1}`,
          controls: { ...CONTROLS, tally: { ...CONTROLS.tally, look: "tally" }, site: { look: "ready" } },
          holdMs: HOLD_MS,
        },
      ]),
    ),
  });
  const loaded = loadMapping(text, assembleVocabulary(kinds));
  if (loaded.mapping === undefined) throw new Error(loaded.problems.map(({ message }) => message).join("; "));
  return loaded.mapping;
}
