import type { Refusal } from "../action/action.ts";
import type { LineOutcome, LineRefusal } from "./line-dialect.ts";

/** Numbers that control-system programmers know from Extron's SIS; the words are ours. */
export const lineErrors = {
  unknown: { code: 10, word: "UNKNOWN" },
  syntax: { code: 11, word: "SYNTAX" },
  room: { code: 12, word: "ROOM" },
  range: { code: 13, word: "RANGE" },
  state: { code: 14, word: "STATE" },
  timeout: { code: 17, word: "TIMEOUT" },
  busy: { code: 22, word: "BUSY" },
  denied: { code: 24, word: "DENIED" },
  offline: { code: 25, word: "OFFLINE" },
  full: { code: 26, word: "FULL" },
  "not-found": { code: 28, word: "NOTFOUND" },
} as const;

export type LineError = keyof typeof lineErrors;

/** What went wrong; nothing when the wish was granted, was so already, or is kept for later. */
export function errorOfOutcome(outcome: LineOutcome): LineError | undefined {
  if (outcome === "too-slow") return "timeout";
  switch (outcome.kind) {
    case "done":
    case "already-so":
      return undefined;
    case "waiting":
      // What is only in memory is not promised to anybody.
      return outcome.kept === "kept" ? undefined : "timeout";
    case "expired":
      return "timeout";
    case "refused":
      return refusals[outcome.reason];
    case "failed":
      return failures[outcome.failure.heard];
  }
}

export const errorOfRefusal: Readonly<Record<LineRefusal, LineError>> = {
  unknown: "unknown",
  "unknown-room": "room",
  busy: "busy",
  full: "full",
  "too-long": "syntax",
  spoiled: "syntax",
};

const refusals: Readonly<Record<Refusal, LineError>> = {
  "state-unknown": "offline",
  "not-recording": "state",
  "room-recording": "state",
  "room-paused": "state",
  "room-locked": "state",
  "recording-unknown": "state",
  busy: "busy",
  repeated: "busy",
  "not-permitted": "denied",
  "unknown-room": "room",
  "wrong-room": "room",
  "unknown-card": "denied",
  unsupported: "not-found",
  "too-many": "busy",
};

const failures = { no: "offline", maybe: "timeout", yes: "state" } as const;
