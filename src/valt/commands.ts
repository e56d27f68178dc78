import type { Clock } from "../base/clock.ts";
import { type RecordingId, recordingId, type ValtRoomId } from "../base/identifiers.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { malformedAnswer, type ValtFailure } from "./failure.ts";
import { asFields, readId, unwrapData } from "./fields.ts";
import type { Ask } from "./request.ts";

/** What a new recording is called and carries. */
export interface StartRequest {
  readonly name: string;
  /** User id; the account needs the right to reassign the author. */
  readonly author?: number;
  /** Values by field id; needed when the author's information template has required fields. */
  readonly template?: Readonly<Record<string, string>>;
  /** Added to the default rights. */
  readonly share?: { readonly users?: readonly number[]; readonly groups?: readonly number[] };
}

/** What the server said about the recording that a command touched. */
export interface RecordingAnswer {
  readonly recordingId?: RecordingId;
}

/** Limits of one command, in milliseconds. */
export interface CommandOptions {
  /** A command that could not be written within this time is not sent: `timed-out`, heard `no`. */
  readonly sendWithinMs?: number;
}

/**
 * What changes a room. Sent once: repeating after a lost answer is the caller's decision, after a
 * look at the room.
 */
export interface CommandCalls {
  start(
    room: ValtRoomId,
    request: StartRequest,
    options?: CommandOptions,
  ): Promise<Result<RecordingAnswer, ValtFailure>>;
  stop(room: ValtRoomId, options?: CommandOptions): Promise<Result<RecordingAnswer, ValtFailure>>;
  pause(room: ValtRoomId, options?: CommandOptions): Promise<Result<RecordingAnswer, ValtFailure>>;
  /** Documented: succeeds without effect when the room records and is not paused. */
  resume(room: ValtRoomId, options?: CommandOptions): Promise<Result<RecordingAnswer, ValtFailure>>;
  /** Refused when the room is locked already. */
  lock(room: ValtRoomId, options?: CommandOptions): Promise<Result<void, ValtFailure>>;
  /** Refused when the room is not locked. */
  unlock(room: ValtRoomId, options?: CommandOptions): Promise<Result<void, ValtFailure>>;
}

/** The calls, sent by `ask`. */
export function createCommandCalls(ask: Ask, clock: Clock): CommandCalls {
  const command =
    (verb: string) =>
    (room: ValtRoomId, options?: CommandOptions): Promise<Result<RecordingAnswer, ValtFailure>> =>
      ask(
        { path: `rooms/${room}/record/${verb}`, body: NOTHING, sendBeforeMs: sendLimit(clock, options) },
        readRecordingAnswer,
      );
  const turnKey =
    (verb: "lock" | "unlock") =>
    (room: ValtRoomId, options?: CommandOptions): Promise<Result<void, ValtFailure>> =>
      ask(
        { path: `rooms/${room}/${verb}`, body: NOTHING, sendBeforeMs: sendLimit(clock, options) },
        readObedience,
      );
  return {
    start: (room, request, options) =>
      ask(
        {
          path: `rooms/${room}/record/start`,
          body: startBody(request),
          sendBeforeMs: sendLimit(clock, options),
        },
        readRecordingAnswer,
      ),
    stop: command("stop"),
    pause: command("pause"),
    resume: command("resume"),
    lock: turnKey("lock"),
    unlock: turnKey("unlock"),
  };
}

/** The moment (monotonic) from which on it must not be sent any more. */
export function sendLimit(clock: Clock, options: CommandOptions | undefined): number | undefined {
  return options?.sendWithinMs === undefined ? undefined : clock.monotonicMs() + options.sendWithinMs;
}

/** A JSON object must be there; this is the one the vendor's client sends to real servers. */
const NOTHING = { nothing: "nothing" };

/** Named members only: what else a caller's object holds stays here. */
function startBody({ name, author, template, share }: StartRequest): Record<string, unknown> {
  return { name, author, template, share };
}

function readRecordingAnswer(body: unknown): Result<RecordingAnswer, ValtFailure> {
  const data = asFields(unwrapData(body));
  if (data === undefined) return fail(malformedAnswer("The server's answer does not say what it did."));
  const id = readId(data, "id");
  return succeed(id === undefined ? {} : { recordingId: recordingId(id) });
}

function readObedience(body: unknown): Result<void, ValtFailure> {
  if (asFields(body) === undefined) {
    return fail(malformedAnswer("The server's answer does not say what it did."));
  }
  return succeed(undefined);
}
