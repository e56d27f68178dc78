import type { Chance } from "./chance.ts";
import { fairPath, type PathWeather } from "./connection.ts";

/** What a request is about, as far as a server may fail at it alone. */
export type Endpoint = "status" | "info" | "list" | "command" | "mark" | "read-marks" | "other";

/** How an endpoint fails; nothing is done then. */
export type Failing = "error-500" | "error-502" | "forbidden" | "reset" | "silent";

/** What the server says of one room instead of its status. */
export type OddAnswer = "unknown-word" | "malformed" | "missing";

/** How the server is at the moment; shares are of each request. */
export interface ServerWeather {
  /** `down`: nobody listens, and every connection is reset. */
  state: "up" | "down";
  /** For each room: its status may show the room as it was up to so long ago. */
  trailMs: readonly number[];
  failing:
    | { readonly endpoint: Endpoint; readonly room: number | "every"; readonly how: Failing }
    | undefined;
  odd: { readonly room: number; readonly how: OddAnswer } | undefined;
  /** Answers 500 and does nothing. */
  errors: number;
  /** Acts late on what it has received, perhaps when nobody waits for its answer any more. */
  late: number;
  /** Closes the connection just as it is used, and does nothing. */
  resetOnUse: number;
  /** Acts, and closes the connection instead of answering. */
  resetAfterActing: number;
}

export const fairServer: ServerWeather = {
  state: "up",
  trailMs: [0, 0, 0, 0],
  failing: undefined,
  odd: undefined,
  errors: 0,
  late: 0,
  resetOnUse: 0,
  resetAfterActing: 0,
};

const PATHS: readonly Partial<PathWeather>[] = [
  {},
  {},
  {},
  { way: "cut" },
  { way: "cut" },
  { latencyMs: [200, 2000] },
  { loss: 0.3 },
  { deafToAnswers: 0.3 },
  { deafToRequests: 0.2 },
  { deafToAnswers: 0.1, deafToRequests: 0.1, loss: 0.1, latencyMs: [10, 800] },
];

export function changePath(weather: PathWeather, chance: Chance): string {
  const change = chance.pick(PATHS);
  Object.assign(weather, fairPath, change);
  return `network ${JSON.stringify(change)}`;
}

const TROUBLES: readonly Partial<ServerWeather>[] = [
  {},
  {},
  {},
  { state: "down" },
  { errors: 0.3 },
  { late: 0.3 },
  { resetOnUse: 0.3 },
  { resetAfterActing: 0.3 },
  { errors: 0.1, late: 0.1, resetOnUse: 0.1, resetAfterActing: 0.1 },
];
const ENDPOINTS = ["status", "info", "list", "command", "mark", "read-marks"] as const;
const FAILINGS = ["error-500", "error-502", "forbidden", "reset", "silent"] as const;
export const ODD_ANSWERS = ["unknown-word", "malformed", "missing"] as const;

/** Shows the server's new trouble, one of its kinds of trouble at a time. */
export function changeServer(weather: ServerWeather, chance: Chance): string {
  const { state: _, ...fair } = fairServer;
  const room = chance.whole(1, weather.trailMs.length);
  const change = chance.pick<() => Partial<ServerWeather>>([
    () => ({ ...fair, state: "up", trailMs: weather.trailMs, ...chance.pick(TROUBLES) }),
    () => ({ trailMs: weather.trailMs.map(() => (chance.happens(0.5) ? 0 : chance.whole(200, 5000))) }),
    () => ({
      failing: chance.happens(0.4)
        ? undefined
        : {
            endpoint: chance.pick(ENDPOINTS),
            room: chance.happens(0.5) ? room : "every",
            how: chance.pick(FAILINGS),
          },
    }),
    () => ({ odd: chance.happens(0.5) ? undefined : { room, how: chance.pick(ODD_ANSWERS) } }),
  ])();
  Object.assign(weather, change);
  return `server ${JSON.stringify(weather)}`;
}

export function isFairPath(weather: PathWeather): boolean {
  return JSON.stringify(weather) === FAIR_PATH;
}

/** Nothing about the server itself or about this room is wrong; its trail may be. */
export function isFairServer(weather: ServerWeather, room: number): boolean {
  const { failing, odd, trailMs: _, ...rest } = weather;
  if (failing !== undefined || (odd !== undefined && odd.room === room)) return false;
  return JSON.stringify(rest) === FAIR_REST;
}

const FAIR_PATH = JSON.stringify(fairPath);
const FAIR_REST = JSON.stringify((({ failing: _, odd: __, trailMs: ___, ...rest }) => rest)(fairServer));
