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
  /** Where it was found last; this seed is tried first. */
  readonly likelySeed?: number;
  /** At how many addresses the server is asked, where one is not enough. */
  readonly addresses?: number;
  /** What the kernel is told instead, where the fault is one of the network. */
  readonly leaving?: Partial<LeavingHabits>;
}

const PERFORM = "src/action/perform.ts";
const DELIVERY = "src/action/mark-delivery.ts";
const ROOM = "src/room/reduce.ts";
const FAILOVER = "src/valt/failover.ts";
const ALARMS = "src/alarm/room-watch.ts";

/** Those that are tried each time come first. */
export const faults: readonly Fault[] = [
  {
    name: "given-up-requests-arrive-later",
    likelySeed: 3,
    shows: ["command-unasked"],
    changes: [],
    leaving: { abandoning: "fin" },
  },
  {
    name: "press-deadline-ignored",
    likelySeed: 2,
    shows: ["command-unasked"],
    changes: [
      {
        file: PERFORM,
        from: "return this.#leftMs(cause) < 0;",
        to: "return cause === undefined;",
      },
      {
        file: PERFORM,
        from: "sendWithinMs: this.#leftMs(cause)",
        to: "sendWithinMs: Infinity",
      },
    ],
  },
  {
    name: "already-so-by-an-old-look",
    shows: ["ok-untrue"],
    changes: [
      {
        file: PERFORM,
        from: 'return decision.kind === "perform" ?',
        to: 'if (decision.kind === "perform" && this.#tools.store.fulfils(room, decision.command.name)) return gone({ kind: "already-so" }); return decision.kind === "perform" ?',
      },
    ],
  },
  {
    name: "marks-do-not-wait-for-an-own-start",
    likelySeed: 2,
    shows: ["refusal-untrue", "mark-wrong-recording"],
    changes: [
      {
        file: "src/bridge/dispatcher.ts",
        from: "const begun = kind.keepsMoment === true && !isBegun ?",
        to: 'const begun = word === "apply-preset" && !isBegun ?',
      },
    ],
  },
  {
    name: "lost-marks-not-read-back",
    likelySeed: 3,
    shows: ["mark-twice"],
    changes: [
      {
        file: DELIVERY,
        from: 'mark.attempt === "unheard" && before !== undefined',
        to: "mark.roomId === undefined && before !== undefined",
      },
    ],
  },
  {
    name: "unreadable-marks-wait-for-ever",
    likelySeed: 4,
    shows: ["mark-held-up"],
    changes: [
      { file: DELIVERY, from: "const MOST_UNREADABLE = 6;", to: "const MOST_UNREADABLE = Infinity;" },
    ],
  },
  {
    name: "sent-again-after-a-lost-answer",
    shows: ["command-unasked"],
    changes: [
      {
        file: PERFORM,
        from: "const answer = await answering;",
        to: 'let answer = await answering; if (!answer.ok && answer.failure.heard === "maybe") answer = await this.#send(command, job);',
      },
    ],
  },
  {
    name: "refused-taken-for-already-so",
    shows: ["ok-untrue"],
    changes: [
      {
        file: PERFORM,
        from: "const ifNot = failure.message;",
        to: 'if (failure.heard === "yes") return this.#giveUp(job, failure.message, { kind: "already-so" }); const ifNot = failure.message;',
      },
    ],
  },
  {
    name: "marks-placed-by-the-last-look",
    shows: ["mark-wrong-recording", "mark-wrong-time"],
    changes: [{ file: DELIVERY, from: "if (!mark.isPlaced) {", to: "if (mark.timeSeconds === undefined) {" }],
  },
  {
    name: "old-looks-counted-after-a-command",
    shows: ["alarm-false", "lamp-ready", "lamp-recording", "ok-untrue"],
    changes: [{ file: ROOM, from: "if (!isCounted(state, event)) return state;", to: "" }],
  },
  {
    name: "own-stops-taken-for-others",
    shows: ["alarm-false"],
    changes: [
      {
        file: ALARMS,
        from: "const isStoppedHere = seenRunningMs(previous) < stopUntilMs;",
        to: "const isStoppedHere = seenRunningMs(previous) === stopUntilMs;",
      },
    ],
  },
  {
    name: "old-status-believed",
    shows: ["lamp-recording", "lamp-ready"],
    changes: [
      {
        file: ROOM,
        from: "nowMs >= knowledge.seenAtMs + timing.freshMs\n",
        to: "nowMs >= knowledge.seenAtMs + 10 * timing.freshMs\n",
      },
    ],
  },
  {
    name: "sent-to-a-second-address-that-the-first-may-have-heard",
    addresses: 2,
    likelySeed: 8,
    shows: ["command-unasked", "mark-twice"],
    changes: [
      {
        file: FAILOVER,
        from: "if (mayRepeat || this.#writer.holder === undefined) this.#goOn();",
        to: "this.#writer.release(); this.#goOn();",
      },
    ],
  },
  {
    name: "only-the-first-address-is-asked",
    addresses: 2,
    likelySeed: 17,
    shows: ["calm-lamp", "calm-site", "calm-command"],
    changes: [
      {
        file: FAILOVER,
        from: "return order.find((one) => !this.#running.has(one) && !this.#failures.has(one));",
        to: "return order.find((one) => this.#running.size + this.#failures.size === 0 && one.login !== undefined);",
      },
    ],
  },
  {
    name: "killed-processes-go-on-sending",
    shows: ["command-after-kill", "mark-twice-after-kill"],
    changes: [],
    leaving: { killed: "fin" },
  },
];
