import { describe, expect, test } from "vitest";
import type { Action, StateCommand } from "../../src/action/action.ts";
import type { CorrelationId } from "../../src/base/identifiers.ts";
import { type Knowledge, type Pending, unseenRoom } from "../../src/room/room-state.ts";
import { viewRoom } from "../../src/room/room-view.ts";
import type { RoomStatus } from "../../src/valt/answers.ts";
import { stateCommands } from "../support/fake-valt.ts";
import { ROOM, wishOf } from "./setting.ts";

/**
 * How to read the tables: a command's name means that it is sent, anything else is the reason of a refusal, which a look
 * asked after the press has to confirm. What the room was seen to be already is sent all the same.
 */
const NOTHING_UNDER_WAY = `
wish         | available | prepared | recording      | paused         | locked | never-seen    | stale
start        | start     | start    | start          | room-paused    | start  | start         | start
stop         | stop      | stop     | stop           | stop           | stop   | stop          | stop
toggle       | start     | start    | stop           | stop           | room-locked | state-unknown | state-unknown
pause        | pause     | pause    | pause          | pause          | pause  | pause         | pause
resume       | resume    | resume   | resume         | resume         | resume | resume        | resume
toggle-pause | not-recording | not-recording | pause          | resume         | not-recording | state-unknown | state-unknown
lock         | lock      | lock     | room-recording | room-recording | lock   | state-unknown | state-unknown
unlock       | unlock    | unlock   | unlock         | unlock         | unlock | unlock        | unlock
toggle-lock  | lock      | lock     | room-recording | room-recording | unlock | state-unknown | state-unknown
`;

/** The same while a command is under way, however far it is: what it leads to is no wish's business. */
const UNDER_WAY = NOTHING_UNDER_WAY.replace(/^(toggle[a-z-]* +)\|.*$/gm, `$1${"| busy ".repeat(7)}`);

const STATES = ["available", "prepared", "recording", "paused", "locked", "never-seen", "stale"] as const;

describe("with nothing under way", () => {
  test.each(cells(NOTHING_UNDER_WAY))("%s while %s: %s", (wish, state, verdict) => {
    expect(verdictOf(wish, knowledgeOf(state), undefined)).toBe(verdict);
  });
});

/** The columns are the accepted commands; what the room was before no longer matters. */
const ACCEPTED = `
wish | start          | stop | pause          | resume         | lock | unlock
start | start         | start | room-paused   | start          | start | start
lock | room-recording | lock | room-recording | room-recording | lock | lock
toggle | busy         | busy | busy           | busy           | busy | busy
`;

describe("after an accepted command that no look has confirmed yet", () => {
  test.each(cells(ACCEPTED))("%s after %s: %s", (wish, command, verdict) => {
    for (const state of STATES) {
      const under = pending(command as StateCommand, "accepted");
      expect(verdictOf(wish, knowledgeOf(state), under), `${state} before`).toBe(verdict);
    }
  });
});

describe.each(["sent", "refused", "unheard"] as const)("while a command is %s", (phase) => {
  test.each(cells(UNDER_WAY))("%s while %s: %s", (wish, state, verdict) => {
    for (const command of stateCommands) {
      expect(verdictOf(wish, knowledgeOf(state), pending(command, phase)), command).toBe(verdict);
    }
  });
});

test("the tables have a cell for each of the nine wishes in each state", () => {
  expect(cells(NOTHING_UNDER_WAY)).toHaveLength(9 * STATES.length);
  expect(cells(UNDER_WAY)).toHaveLength(9 * STATES.length);
});

function verdictOf(wish: string, knowledge: Knowledge, under: Pending | undefined): string {
  const view = viewRoom({ ...unseenRoom, knowledge, pending: under }, 1000);
  const decision = wishOf({ kind: wish as Action["kind"], room: ROOM }).decide(view);
  return decision.kind === "perform" ? decision.command.name : decision.reason;
}

function knowledgeOf(state: string): Knowledge {
  if (state === "never-seen") return { kind: "never-seen", why: undefined, isMissing: false };
  if (state === "stale")
    return { kind: "stale", lastStatus: "recording", seenAtMs: 0, why: "no answer", isMissing: false };
  return { kind: "live", status: state as RoomStatus, seenAtMs: 900 };
}

function pending(command: StateCommand, phase: Pending["phase"]): Pending {
  return {
    command,
    phase,
    sinceMs: 950,
    ifNot: "not confirmed",
    conclusiveFromMs: 0,
    countsFromMs: 0,
    correlation: "c" as CorrelationId,
  };
}

function cells(table: string): [wish: string, column: string, verdict: string][] {
  const [head = [], ...rows] = table
    .trim()
    .split("\n")
    .map((line) => line.split("|").map((cell) => cell.trim()));
  return rows.flatMap(([wish = "", ...verdicts]) =>
    verdicts.map((verdict, index): [string, string, string] => [wish, head[index + 1] ?? "", verdict]),
  );
}
