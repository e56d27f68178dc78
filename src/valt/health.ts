import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Result } from "../base/result.ts";
import type { ValtFailure } from "./failure.ts";

/** How requests to the server went. Counts since the client was made. */
export interface ValtHealth {
  readonly requests: number;
  readonly failures: number;
  readonly logins: number;
  /** Monotonic time of the last answer of any kind; `undefined`: never heard from. */
  readonly lastContactMs: number | undefined;
  /** Smoothed time from sending to the whole answer; `undefined`: no answer yet. */
  readonly latencyMs: number | undefined;
  readonly lastFailure: ValtFailure | undefined;
  /** Of several addresses the one that answered last, the first of the list before any has: scheme, host, port and folder. */
  readonly address: string;
}

/** Counts how requests ended. */
export interface Health {
  read(): Omit<ValtHealth, "address">;
  countLogin(): void;
  record(verdict: Result<unknown, ValtFailure>, exchange: ExchangeFacts): void;
}

interface ExchangeFacts {
  /** Monotonic. */
  readonly startedMs: number;
  /** An HTTP answer came back, be it a refusal. */
  readonly answered: boolean;
}

/** Keeps the figures, and writes one line when the server is lost and one when it is back. */
export function createHealth(clock: Clock, log: Log): Health {
  let requests = 0;
  let failures = 0;
  let logins = 0;
  let lastContactMs: number | undefined;
  let latencyMs: number | undefined;
  let lastFailure: ValtFailure | undefined;
  let isLost = false;

  function noteContact(startedMs: number): void {
    lastContactMs = clock.monotonicMs();
    const tookMs = lastContactMs - startedMs;
    latencyMs = latencyMs === undefined ? tookMs : latencyMs + (tookMs - latencyMs) * SMOOTHING;
    if (isLost) log.info("VALT server is back");
    isLost = false;
  }

  function noteSilence(failure: ValtFailure): void {
    if (!isLost) log.warn("VALT server does not answer", { why: failure.message });
    isLost = true;
  }

  return {
    read: () => ({ requests, failures, logins, lastContactMs, latencyMs, lastFailure }),
    countLogin() {
      logins += 1;
    },
    record(verdict, { startedMs, answered }) {
      requests += 1;
      if (answered) noteContact(startedMs);
      if (verdict.ok) return;
      failures += 1;
      lastFailure = verdict.failure;
      if (!answered && concernsServer(verdict.failure)) noteSilence(verdict.failure);
    },
  };
}

/** Weight of the newest answer in the smoothed latency. */
const SMOOTHING = 0.1;

/** Requests that were kept back, or broken off by closing, say nothing about it, nor does the end of an idle connection. */
function concernsServer(failure: ValtFailure): boolean {
  return failure.again === "later";
}
