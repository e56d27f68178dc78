import type { StateCommand } from "../../src/action/action.ts";
import { type CorrelationId, deviceId, type ValtRoomId } from "../../src/base/identifiers.ts";
import { fail, type Result, succeed } from "../../src/base/result.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";

/** A command on its way, answered when the test says so. */
export interface Asked<Request = unknown, Answer = unknown> {
  readonly what: string;
  readonly room: ValtRoomId | undefined;
  readonly request: Request;
  answer(value: Answer): void;
  refuse(failure: ValtFailure): void;
}

/** A server whose every answer is given by hand; `asked` lists all requests, oldest first. */
export function createAskedList<Answer>() {
  const asked: Asked<unknown, Answer>[] = [];
  const ask = (what: string, room: ValtRoomId | undefined, request: unknown) =>
    new Promise<Result<Answer, ValtFailure>>((resolve) => {
      asked.push({
        what,
        room,
        request,
        answer: (value) => resolve(succeed(value)),
        refuse: (failure) => resolve(fail(failure)),
      });
    });
  return { asked, ask };
}

export const stateCommands = [
  "start",
  "stop",
  "pause",
  "resume",
  "lock",
  "unlock",
] as const satisfies readonly StateCommand[];

/** Failures as the server or the network cause them. */
export const failures = {
  refused: { kind: "refused", message: "the server refused", heard: "yes", again: "never" },
  notFound: { kind: "not-found", message: "not found", heard: "yes", again: "never" },
  lostAnswer: { kind: "timed-out", message: "no answer in time", heard: "maybe", again: "later" },
  unreachable: { kind: "unreachable", message: "no server", heard: "no", again: "later" },
} as const satisfies Readonly<Record<string, ValtFailure>>;

let causes = 0;

/** A press of a key at that monotonic time, with a correlation id of its own. */
export function pressAt(pressedAtMs: number, device = "desk") {
  causes++;
  return {
    correlation: `test-${causes}` as CorrelationId,
    device: deviceId(device),
    source: "key-1",
    gesture: "tap",
    pressedAtMs,
    completedAtMs: pressedAtMs,
  };
}
