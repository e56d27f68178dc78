import type { Cancel, Clock } from "../base/clock.ts";

/** How many requests are remembered; counts go on. */
const REMEMBERED = 10_000;

/** One request as it arrived. */
export interface LoggedRequest {
  /** Monotonic time at which the request had arrived, its body included. */
  readonly atMs: number;
  readonly method: string;
  /** Below `/api/v3/`, with its query but without the token: `rooms/1/record/start`. */
  readonly path: string;
  /** As counted: `POST rooms/{r}/record/start`. */
  readonly key: string;
  /** The JSON that was posted, passwords hidden; undefined for GET and for bodies that are not JSON. */
  readonly body: unknown;
  /** `none` when no whole answer was sent (hang, drop, truncated); undefined while the answer is due. */
  readonly answerStatus: number | "none" | undefined;
}

/** What was asked: the last 10,000 requests, and counts since the last `clear`. */
export interface RequestLog {
  /** Oldest first. */
  all(): readonly LoggedRequest[];
  /** Those with a key such as `POST comment`. */
  of(key: string): readonly LoggedRequest[];
  count(key: string): number;
  readonly counts: ReadonlyMap<string, number>;
  clear(): void;
  /** Called the moment a request has arrived, before the simulator acts on it. */
  onRequest(listener: (request: LoggedRequest) => void): Cancel;
  /** Called once the answer, or `none`, is settled. */
  onAnswer(listener: (request: LoggedRequest) => void): Cancel;
}

/** The simulator's own side of the log. */
export interface WritableRequestLog extends RequestLog {
  arrived(request: Pick<LoggedRequest, "method" | "path" | "key" | "body">): LoggedRequest;
  answered(request: LoggedRequest, status: number | "none"): void;
}

/** Counts every request, and keeps the newest. */
export function createRequestLog(clock: Clock): WritableRequestLog {
  let ring: LoggedRequest[] = [];
  let oldest = 0;
  const counts = new Map<string, number>();
  const requestListeners = new Set<(request: LoggedRequest) => void>();
  const answerListeners = new Set<(request: LoggedRequest) => void>();

  function all(): readonly LoggedRequest[] {
    return [...ring.slice(oldest), ...ring.slice(0, oldest)];
  }

  return {
    counts,
    all,
    of: (key) => all().filter((request) => request.key === key),
    count: (key) => counts.get(key) ?? 0,
    clear: () => {
      ring = [];
      oldest = 0;
      counts.clear();
    },
    onRequest: (listener) => subscribe(requestListeners, listener),
    onAnswer: (listener) => subscribe(answerListeners, listener),
    arrived(request) {
      const logged = { atMs: clock.monotonicMs(), ...request, answerStatus: undefined };
      counts.set(request.key, (counts.get(request.key) ?? 0) + 1);
      if (ring.length < REMEMBERED) ring.push(logged);
      else {
        ring[oldest] = logged;
        oldest = (oldest + 1) % REMEMBERED;
      }
      for (const listener of requestListeners) listener(logged);
      return logged;
    },
    answered(request, status) {
      (request as { answerStatus: number | "none" }).answerStatus = status;
      for (const listener of answerListeners) listener(request);
    },
  };
}

function subscribe<Listener>(listeners: Set<Listener>, listener: Listener): Cancel {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
