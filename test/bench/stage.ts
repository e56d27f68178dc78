import type { BridgeStatus } from "../../src/bridge/status.ts";
import { createSimulator, type Simulator, type SimulatorSettings } from "../../src/simulator/server.ts";
import type { BenchSettings } from "./measurement.ts";
import { type Knowledge, type Program, startProgram } from "./program.ts";
import { openSurface, type Surface } from "./surface.ts";
import { until } from "./wait.ts";

export interface StageSettings {
  /** Rooms that the bridge knows: `room-1` with the id 1, and so on. */
  readonly rooms: number;
  /** More rooms that only the server knows. */
  readonly otherRooms?: number;
  /** Small decks of the browser, with a room each. */
  readonly panels?: number;
  readonly timing?: Readonly<Record<string, number>>;
  /** Further settings of the one OSC device. */
  readonly device?: (surface: Surface) => Readonly<Record<string, unknown>>;
  readonly simulator?: SimulatorSettings;
}

/** A server and a touch page in this process, so that one clock sees both, and the whole program in another. */
export interface Stage {
  readonly simulator: Simulator;
  readonly surface: Surface;
  readonly bridge: Program;
  /** Where the bridge listens. */
  readonly port: number;
  know(): Promise<Knowledge>;
  /** Waits until the bridge knows that all its rooms have this status. */
  untilAll(status: string): Promise<void>;
  close(): Promise<void>;
}

export async function openStage(settings: StageSettings, bench: BenchSettings): Promise<Stage> {
  const simulator = await startSimulator(settings);
  const surface = await openSurface();
  const bridge = await startProgram(writeMapping(simulator.url, settings, surface), bench);
  const { know } = bridge;
  return {
    simulator,
    surface,
    bridge,
    port: portOf(await bridge.status()),
    know,
    untilAll: (status) =>
      until(`all rooms ${status}`, async () => (await know()).statuses[status] === settings.rooms),
    async close() {
      await bridge.stop();
      surface.close();
      await simulator.close();
    },
  };
}

function portOf({ devices }: BridgeStatus): number {
  const status = devices[0]?.status;
  if (status?.kind !== "open") throw new Error("the OSC device is not open");
  return Number(/udp:\/\/[^:]+:(\d+)/.exec(status.productName)?.[1]);
}

export function roomNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `room-${index + 1}`);
}

/** Messages as they come: what is measured is the bridge and not its rate limit. */
export const UNLIMITED = { limit: { perSecond: 1e6, burst: 1e6 } };

async function startSimulator({ rooms, otherRooms = 0, simulator }: StageSettings): Promise<Simulator> {
  const created = await createSimulator({ controlPort: "none", ...simulator, rooms: rooms + otherRooms });
  if (!created.ok) throw new Error(created.failure.message);
  return created.value;
}

function writeMapping(url: string, settings: StageSettings, surface: Surface): string {
  const rooms = roomNames(settings.rooms).map((name, index) => [name, index + 1]);
  const panels = roomNames(settings.panels ?? 0).map((room) => [
    room,
    { kind: "virtual", model: "mk2", room },
  ]);
  return JSON.stringify({
    server: { url, username: "panel-bridge" },
    rooms: Object.fromEntries(rooms),
    devices: {
      surface: {
        kind: "osc",
        listen: "udp://127.0.0.1:0",
        allow: ["127.0.0.1"],
        ...UNLIMITED,
        ...settings.device?.(surface),
      },
      ...Object.fromEntries(panels),
    },
    ...(settings.timing === undefined ? {} : { timing: settings.timing }),
  });
}
