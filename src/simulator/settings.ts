import type { Clock } from "../base/clock.ts";
import { systemClock } from "../base/clock.ts";

/** The releases whose differences are known; see the table in the README. */
export type ValtVersion = "5.9" | "6.0" | "6.3" | "6.5" | "6.6";

/** Every version that can be simulated, oldest first. */
export const VALT_VERSIONS: readonly ValtVersion[] = ["5.9", "6.0", "6.3", "6.5", "6.6"];

/** Everything may be left out. */
export interface SimulatorSettings {
  /** Default `6.6`. */
  readonly valt?: ValtVersion | undefined;
  /** A number of rooms (ids 1 to n, names `Interview 1` to n), or the rooms themselves. Default 6. */
  readonly rooms?: number | readonly { readonly id: number; readonly name: string }[] | undefined;
  /** Address to listen on. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** The control API listens apart and on loopback only, so that "server down" can be undone. Default: any free port. */
  readonly controlPort?: number | "none" | undefined;
  /** Default `panel-bridge`. */
  readonly username?: string | undefined;
  /** Default `simulator`. */
  readonly password?: string | undefined;
  /** How far `rooms/{r}/status` and `rooms/info` trail the truth, 0 to 10,000. Default 0. */
  readonly lagMs?: number | undefined;
  /** Recordings end by themselves after so much recorded time. Default: never. */
  readonly maximumRecordingMs?: number | undefined;
  /** Whether the list `rooms/info` tells each room's recording (inferred, unverified) or names only. Default `full`. */
  readonly bulkDetail?: "full" | "names" | undefined;
  /** Whether `recording.time` stands still during a pause (inferred, unverified). Default true. */
  readonly elapsedExcludesPauses?: boolean | undefined;
  /** PEM texts; with them the server speaks TLS only. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** Same seed, same ids and tokens. Default 1. */
  readonly seed?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** The settings with what is usual in the place of what was not said. */
export interface ResolvedSettings {
  readonly valt: ValtVersion;
  readonly rooms: readonly { readonly id: number; readonly name: string }[];
  readonly host: string;
  readonly port: number;
  readonly controlPort: number | "none";
  readonly username: string;
  readonly password: string;
  readonly lagMs: number;
  readonly maximumRecordingMs: number;
  readonly bulkDetail: "full" | "names";
  readonly pauses: "excluded" | "included";
  readonly tls: { readonly key: string; readonly cert: string } | undefined;
  readonly seed: number;
  readonly clock: Clock;
}

/** Moments older than this are forgotten, so no answer can trail the truth by more. */
export const LONGEST_LAG_MS = 10_000;

/** Puts what is usual in the place of what was not said; README says what is usual. */
export function resolveSettings(settings: SimulatorSettings): ResolvedSettings {
  return {
    valt: settings.valt ?? "6.6",
    rooms: nameRooms(settings.rooms ?? 6),
    host: settings.host ?? "127.0.0.1",
    port: settings.port ?? 0,
    controlPort: settings.controlPort ?? 0,
    username: settings.username ?? "panel-bridge",
    password: settings.password ?? "simulator",
    lagMs: Math.min(LONGEST_LAG_MS, settings.lagMs ?? 0),
    maximumRecordingMs: settings.maximumRecordingMs ?? Number.POSITIVE_INFINITY,
    bulkDetail: settings.bulkDetail ?? "full",
    pauses: settings.elapsedExcludesPauses === false ? "included" : "excluded",
    tls: settings.tls,
    seed: settings.seed ?? 1,
    clock: settings.clock ?? systemClock,
  };
}

function nameRooms(
  rooms: number | readonly { readonly id: number; readonly name: string }[],
): readonly { readonly id: number; readonly name: string }[] {
  if (typeof rooms !== "number") return rooms;
  return Array.from({ length: rooms }, (_, index) => ({ id: index + 1, name: `Interview ${index + 1}` }));
}
