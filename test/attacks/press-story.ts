import { readFileSync } from "node:fs";
import { systemClock } from "../../src/base/clock.ts";
import type { LoggedRequest } from "../../src/simulator/server.ts";
import type { Delays } from "./support.ts";

/** What happened while somebody waited for the answer to one press: told when that took long. */
export interface PressStory {
  note(what: string): void;
  /** All lines in order; times are milliseconds since the press. */
  tell(seen: Seen): string;
}

interface Seen {
  readonly delays: Delays;
  /** What reached the server. */
  readonly requests: readonly LoggedRequest[];
}

interface Moment {
  readonly atMs: number;
  readonly what: string;
}

/** Ports of UDP sockets whose queues and drops the kernel is asked for, by what they are called. */
export function beginStory(title: string, ports: Readonly<Record<string, number>>): PressStory {
  const beganMs = performance.now();
  const beganBootMs = systemClock.monotonicMs();
  const moments: Moment[] = [];
  const before = describeQueues(ports);
  const note = (what: string) => void moments.push({ atMs: performance.now() - beganMs, what });
  return {
    note,
    tell({ delays, requests }) {
      const originMs = performance.timeOrigin + beganMs;
      const all: Moment[] = [
        ...moments,
        ...delays.datagrams.map(({ atMs, port }) => ({
          atMs: atMs - originMs,
          what: `read on port ${port}`,
        })),
        ...delays.holdUps.map(({ atMs, lateMs, busyMs }) => ({
          atMs: atMs - originMs,
          what: `held up for ${lateMs.toFixed(0)} ms, ${busyMs.toFixed(0)} at work`,
        })),
        ...requests
          .filter(({ method }) => method === "POST")
          .map(({ atMs, path, answerStatus }) => ({
            atMs: atMs - beganBootMs,
            what: `server: ${path} ${answerStatus}`,
          })),
      ].filter(({ atMs }) => atMs > -100);
      all.sort((one, other) => one.atMs - other.atMs);
      const lines = all.map(({ atMs, what }) => `  ${atMs.toFixed(1).padStart(8)} ${what}`);
      return [title, `  before: ${before}`, `  after: ${describeQueues(ports)}`, ...lines].join("\n");
    },
  };
}

/** Of each port: bytes that wait in the kernel and datagrams that it has dropped. */
function describeQueues(ports: Readonly<Record<string, number>>): string {
  const rows = readTable();
  return Object.entries(ports)
    .map(([name, port]) => {
      const row = rows.find((columns) => Number.parseInt(columns[1]?.split(":")[1] ?? "", 16) === port);
      const waiting = Number.parseInt(row?.[4]?.split(":")[1] ?? "0", 16);
      return `${name} ${waiting} bytes waiting, ${row?.at(-1) ?? "?"} dropped`;
    })
    .join("; ");
}

function readTable(): string[][] {
  try {
    const [, ...lines] = readFileSync("/proc/net/udp", "latin1").trim().split("\n");
    return lines.map((line) => line.trim().split(/\s+/));
  } catch {
    return [];
  }
}
