import type { TextChange } from "../support/put-back.ts";
import type { ViolationKind } from "./oracle/scene.ts";
import type { LeavingHabits } from "./wire.ts";

/** Something that was wrong once, or would be: with it put back, the campaign must turn red. */
export interface Fault {
  /** Lower case and hyphens. */
  readonly name: string;
  /** What the oracle is to find, one of them. */
  readonly shows: readonly ViolationKind[];
  readonly changes: readonly TextChange[];
  /** What the kernel is told instead, where the fault is one of the network. */
  readonly leaving?: Partial<LeavingHabits>;
}

export const faults: readonly Fault[] = [
  {
    name: "given-up-requests-arrive-later",
    shows: ["command-unasked"],
    changes: [],
    leaving: { abandoning: "fin" },
  },
  {
    name: "press-deadline-ignored",
    shows: ["command-unasked"],
    changes: [
      {
        file: "src/action/perform.ts",
        from: "if (clock.monotonicMs() > job.cause.pressedAtMs + deadlineMs()) return",
        to: "if (false) return",
      },
      {
        file: "src/action/perform.ts",
        from: "sendWithinMs: job.cause.pressedAtMs + deadlineMs() - clock.monotonicMs()",
        to: "sendWithinMs: Infinity",
      },
    ],
  },
  {
    name: "no-reading-back-after-a-lost-mark",
    shows: ["mark-twice"],
    changes: [{ file: "src/action/mark-delivery.ts", from: 'mark.attempt === "unheard" ?', to: "false ?" }],
  },
  {
    name: "old-status-believed",
    shows: ["lamp-recording"],
    changes: [
      {
        file: "src/room/reduce.ts",
        from: 'if (knowledge.kind === "live" && nowMs >= knowledge.seenAtMs + timing.freshMs)',
        to: "if (false)",
      },
    ],
  },
  {
    name: "pauses-counted",
    shows: ["mark-wrong-time"],
    changes: [
      {
        file: "src/room/recording-clock.ts",
        from: 'clock.pace === "running" ?',
        to: "true ?",
      },
    ],
  },
];
