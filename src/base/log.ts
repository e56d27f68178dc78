import { pino } from "pino";
import type { Clock } from "./clock.ts";
import { printableJson } from "./printable.ts";
import { redact } from "./redact.ts";

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log: one fact a line. Every text passes through the redaction first, and is printable. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  child(fields: LogFields): Log;
}

interface LogSettings {
  readonly level: "debug" | "info" | "warn" | "error" | "silent";
  readonly write: (line: string) => void;
}

export function createLog(settings: LogSettings): Log {
  const sink = pino(
    { level: settings.level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line: string) => settings.write(`${printableJson(redact(line.trimEnd()))}\n`) },
  );
  return wrap(sink);
}

/** Says nothing; for tests and for library use without a log. */
export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLog,
};

/**
 * For what may come in floods: the first of a kind is told at once, then one a minute. Gives how many of the kind were
 * left out since the last one, or `undefined` where this one is to be left out.
 */
export type Thinning = (kind: string) => number | undefined;

const TELL_EVERY_MS = 60_000;
const MOST_KINDS = 1000;

/** Of more than `mostKinds` in a minute, which forged addresses may cause, those that came later are left out. */
export function createThinning(clock: Clock, mostKinds = MOST_KINDS): Thinning {
  // In the order of their times.
  const told = new Map<string, { readonly atMs: number; leftOut: number }>();
  const forgetBefore = (limitMs: number) => {
    for (const [kind, { atMs }] of told) {
      if (atMs > limitMs) return;
      told.delete(kind);
    }
  };
  return (kind) => {
    const nowMs = clock.monotonicMs();
    const last = told.get(kind);
    if (last !== undefined && nowMs < last.atMs + TELL_EVERY_MS) {
      last.leftOut += 1;
      return undefined;
    }
    told.delete(kind);
    if (told.size >= mostKinds) forgetBefore(nowMs - TELL_EVERY_MS);
    if (told.size >= mostKinds) return undefined;
    told.set(kind, { atMs: nowMs, leftOut: 0 });
    return last?.leftOut ?? 0;
  };
}

interface Sink {
  debug(fields: unknown, message?: string): void;
  info(fields: unknown, message?: string): void;
  warn(fields: unknown, message?: string): void;
  error(fields: unknown, message?: string): void;
  child(fields: LogFields): Sink;
}

function wrap(sink: Sink): Log {
  const at = (level: "debug" | "info" | "warn" | "error") => (message: string, fields?: LogFields) =>
    fields === undefined ? sink[level](message) : sink[level](fields, message);
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    child: (fields) => wrap(sink.child(fields)),
  };
}
