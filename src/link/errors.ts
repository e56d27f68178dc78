import type { Refusal } from "../action/action.ts";
import type { LineRefusal, LinkOutcome } from "./dialect.ts";

/** Numbers that control-system programmers know from Extron's SIS; the words are the bridge's own. */
export const linkErrors = {
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

/** What went wrong, in a word. */
export type LinkError = keyof typeof linkErrors;

/** What went wrong; nothing when the action was done, was so already, or is kept for later. */
export function errorOfOutcome(outcome: LinkOutcome): LinkError | undefined {
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
      return refusalErrors[outcome.reason];
    case "failed":
      return failures[outcome.failure.heard];
  }
}

/** What a line that is not carried out is answered with. */
export const errorOfLineRefusal: Readonly<Record<LineRefusal, LinkError>> = {
  unknown: "unknown",
  "unknown-room": "room",
  busy: "busy",
  full: "full",
  "too-long": "syntax",
  spoiled: "syntax",
};

const refusalErrors: Readonly<Record<Refusal, LinkError>> = {
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
  "room-not-found": "room",
  "wrong-room": "room",
  "unknown-card": "denied",
  unsupported: "not-found",
  "too-many": "busy",
};

const failures = { no: "offline", maybe: "timeout", yes: "state" } as const;
