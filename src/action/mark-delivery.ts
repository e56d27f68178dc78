import { type Clock, readWallTime } from "../base/clock.ts";
import type { Estimate } from "../base/estimate.ts";
import { fail, type Result } from "../base/result.ts";
import type { ReadResult } from "../room/room-reader.ts";
import type { RoomState } from "../room/room-state.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import { type DeliveredMark, type Mark, UNKNOWN_RECORDING } from "./mark.ts";
import {
  type Candidate,
  certainSeconds,
  type PlaceEvidence,
  type Placement,
  placeByLength,
  placeMark,
  placeStopped,
} from "./placement.ts";

export interface MarkDeliveryTools {
  /** The client of the server that the room is on now; of a room that is gone, of the mark's server. */
  valt(mark: MarkPlace): Pick<ValtClient, "addMark" | "marks" | "recordingSeconds">;
  readonly clock: Clock;
  /** Whether the mark's room is on that server now: recording ids mean nothing to another one. */
  isOnServer(mark: MarkPlace): boolean;
  /** What the server says of the room's recording when it is asked at this moment or later. */
  read(room: Mark["room"], sinceMs: number): Promise<ReadResult>;
  state(room: Mark["room"]): RoomState;
  /** How far that recording had run, as far as is known. */
  elapsed(room: Mark["room"], recording: Mark["recording"], atMs: number): Estimate | undefined;
  /** How far the server's readings may trail its own answers. */
  statusTrailsMs(): number;
  /** The mark's time is certain now. */
  timed(mark: Mark, timeSeconds: number): void;
}

/** In which room of which server a mark was made. */
export type MarkPlace = Pick<Mark, "room" | "server">;

/**
 * `again-late`: a slow server may still act on what was sent, so that looking soon would prove nothing.
 * `prove-later`: the server answers, and a second later it says more.
 * `moved`: it belongs to a recording that was not known of at the press.
 */
export type Attempt =
  | Result<unknown, ValtFailure>
  | "again-later"
  | "again-late"
  | "prove-later"
  | { readonly moved: Pick<DeliveredMark, "recording" | "timeSeconds"> };

/**
 * VALT answers 500 to a mark that it cannot use: such a one must not hold up those behind it for ever. With the
 * pauses between them these are more than a minute: a server in trouble answers 500 to everything for a while.
 */
const MOST_ERRORS = 12;
/** The account may not read marks: with the pauses between them these are half a minute. */
const MOST_UNREADABLE = 6;

/** About when an equal mark of the server is the one that is looked for. */
interface About {
  readonly timeSeconds: number;
  readonly withinSeconds: number;
}

/** Brings one mark to the server, once as far as the server lets us know, and only where it certainly belongs. */
export class MarkDelivery {
  readonly #tools: MarkDeliveryTools;
  /** How many equal marks of ours the server has taken: one more found there is the one whose answer was lost. */
  readonly #delivered = new Map<string, number>();
  /** Rooms whose marks the account may not read, as far as the server has said. */
  readonly #denied = new Set<Mark["room"]>();

  constructor(tools: MarkDeliveryTools) {
    this.#tools = tools;
  }

  remember(mark: DeliveredMark): void {
    const key = equalityOf(mark);
    // Far more than a recording has; what is forgotten then is only how to tell equal marks apart.
    if (this.#delivered.size > 100_000) this.#delivered.clear();
    this.#delivered.set(key, (this.#delivered.get(key) ?? 0) + 1);
  }

  /** What goes wrong with one mark, even here, must not hold up those behind it for ever. */
  async attempt(mark: Mark): Promise<Attempt> {
    try {
      return await this.#attempt(mark);
    } catch (error) {
      if (++mark.errors < MOST_ERRORS) return "again-later";
      return fail({
        kind: "refused",
        message: `cannot be sent: ${String(error)}`,
        heard: "no",
        again: "never",
      });
    }
  }

  async #attempt(mark: Mark): Promise<Attempt> {
    if (!this.#tools.isOnServer(mark)) return fail(elsewhere);
    const { timeSeconds: before } = mark;
    if (mark.attempt === "unheard" && before !== undefined) {
      const found = await this.#readBack(mark, { timeSeconds: before, withinSeconds: 0 });
      if (found !== "not-there") return found;
      mark.attempt = "looked";
    }
    if (!mark.isPlaced) {
      const unplaced = await this.#place(mark);
      if (unplaced !== undefined) return unplaced;
    }
    const timeSeconds = mark.timeSeconds as number;
    if ((mark.attempt === "unheard" || mark.attempt === "looked") && timeSeconds !== before) {
      // An earlier process may have sent it with a time that it could not write down any more.
      const found = await this.#readBack(mark, { timeSeconds, withinSeconds: 1 });
      if (found !== "not-there") return found;
    }
    return this.#send(mark, timeSeconds);
  }

  /** Whether an earlier attempt has arrived. */
  async #readBack(mark: Mark, { timeSeconds, withinSeconds }: About): Promise<Attempt | "not-there"> {
    const { recording } = mark;
    const known = await this.#tools.valt(mark).marks(recording);
    if (!known.ok) return this.#readBackFailed(mark, known.failure);
    this.#denied.delete(mark.room);
    const there = known.value.map((one) => equalityOf({ ...one, recording }));
    const equal = { ...mark, recording };
    for (let seconds = timeSeconds - withinSeconds; seconds <= timeSeconds + withinSeconds; seconds++) {
      const key = equalityOf({ ...equal, timeSeconds: seconds });
      if (there.filter((one) => one === key).length <= (this.#delivered.get(key) ?? 0)) continue;
      this.remember({ ...equal, timeSeconds: seconds });
      return { ok: true, value: undefined };
    }
    return "not-there";
  }

  #readBackFailed(mark: Mark, failure: ValtFailure): Attempt {
    if (failure.kind === "not-found" || isUntellable(failure)) return fail(failure);
    const isRefused = isAnswered(failure);
    // What was denied again and again is denied to the marks behind it as well: they need not wait as long.
    const isDenied = failure.again === "never" && this.#denied.has(mark.room);
    if (!isRefused || (!isDenied && ++mark.unreadable < MOST_UNREADABLE)) return "again-later";
    if (failure.again === "never") this.#denied.add(mark.room);
    return fail({ ...nobodyCanSee, message: `${nobodyCanSee.message}: ${failure.message}` });
  }

  /** Nothing when its recording and time are certain now. */
  async #place(mark: Mark): Promise<Attempt | undefined> {
    const { read, timed } = this.#tools;
    const { pressedAtMs } = mark.cause;
    const reading = await read(mark.room, mark.askFromMs);
    if (!reading.ok) return reading.failure.kind === "not-found" ? fail(reading.failure) : "again-later";
    const { room, recording, elapsed: known } = mark;
    if (reading.value.recording !== undefined) mark.first ??= reading.value;
    const evidence = gatherEvidence(
      this.#tools.state(room),
      {
        believed: recording === UNKNOWN_RECORDING ? undefined : { recording, elapsed: known },
        now: this.#tools.elapsed(room, recording, pressedAtMs),
        pressedAtMs,
        conclusiveFromMs: pressedAtMs + this.#tools.statusTrailsMs(),
        first: mark.first,
      },
      reading.value,
    );
    const placement = await this.#byLength(mark, placeMark(evidence), reading.value);
    if (placement.kind === "ask-again" || placement.kind === "ask-length") {
      mark.askFromMs = this.#tools.clock.monotonicMs();
      return reading.value.sentMs < evidence.conclusiveFromMs ? "prove-later" : "again-later";
    }
    if (placement.kind === "nothing-ran") return fail(neverTimed);
    if (placement.kind === "unplaceable") return fail(this.#unplaceable(mark, placement.candidates));
    if (placement.recording !== recording)
      return { moved: { recording: placement.recording, timeSeconds: placement.timeSeconds } };
    const timeSeconds = keepSecond(mark.timeSeconds, placement);
    mark.isPlaced = true;
    if (timeSeconds !== mark.timeSeconds) timed(mark, timeSeconds);
    mark.timeSeconds = timeSeconds;
    return undefined;
  }

  /** Where the recording has ended, or so it seems: a reading that may trail proves that only later. */
  async #byLength(mark: Mark, placement: Placement, reading: PlaceEvidence["reading"]): Promise<Placement> {
    if (placement.kind !== "ask-length") return placement;
    const { valt, statusTrailsMs } = this.#tools;
    const { cause } = mark;
    const trailsMs = statusTrailsMs();
    const length = await valt(mark).recordingSeconds(placement.recording);
    const isEarly = reading.sentMs < cause.pressedAtMs + trailsMs;
    if (!length.ok && mayBeReadLater(mark, length.failure, isEarly)) return { kind: "ask-again" };
    const seconds = length.ok ? length.value : undefined;
    if (placement.stoppedMs !== undefined)
      return placeStopped(placement, { ...cause, trailsMs, mayTellLater: isEarly && length.ok }, seconds);
    const placed = placeByLength(placement, seconds ?? 0);
    if (placed.kind === "placed" || !isEarly) return addNext(placed, reading);
    return { kind: "ask-again" };
  }

  async #send(mark: Mark, timeSeconds: number): Promise<Attempt> {
    const { roomId, recording, text, color } = mark;
    const result = await this.#tools
      .valt(mark)
      .addMark({ room: roomId, recordingId: recording, timeSeconds, text, color });
    if (result.ok) this.remember({ ...mark, timeSeconds });
    if (result.ok || isFinal(result.failure)) return result;
    if (result.failure.httpStatus === 500 && ++mark.errors >= MOST_ERRORS) return result;
    mark.attempt = result.failure.heard === "maybe" ? "unheard" : "again";
    return result.failure.kind === "timed-out" && result.failure.heard === "maybe"
      ? "again-late"
      : "again-later";
  }

  #unplaceable({ cause, elapsed }: Mark, candidates: readonly Candidate[]): ValtFailure {
    if (elapsed === undefined && candidates.every(({ timeSeconds }) => timeSeconds === undefined))
      return neverTimed;
    const { clock } = this.#tools;
    const pressed = readWallTime(clock.wallMs() - (clock.monotonicMs() - cause.pressedAtMs));
    const places = candidates.map(({ recording, timeSeconds }) => {
      const at = timeSeconds === undefined ? "" : ` at about ${timeSeconds} s`;
      return `recording ${recording}${at}`;
    });
    const message = `cannot be placed: pressed on ${pressed.date} at ${pressed.time}, when nobody could see the room; perhaps in ${places.join(" or ")}`;
    return { kind: "refused", message, heard: "no", again: "never" };
  }
}

/** Asking again would not help. */
function isFinal(failure: ValtFailure): boolean {
  return failure.heard === "yes" || isUntellable(failure);
}

/** The server is there and does not tell. */
function isAnswered({ heard, kind, httpStatus }: ValtFailure): boolean {
  return heard === "yes" || kind === "malformed-answer" || httpStatus === 500;
}

/** What the account may not see is never told; what the server fails to tell again and again neither. */
function mayBeReadLater(mark: Mark, failure: ValtFailure, isEarly: boolean): boolean {
  if (failure.again === "never") return failure.kind === "not-found" && isEarly;
  return !isAnswered(failure) || ++mark.unreadable < MOST_UNREADABLE;
}

/** Refused before it was sent: no address can carry its recording's id. */
function isUntellable({ kind, heard, again }: ValtFailure): boolean {
  return kind === "refused" && heard === "no" && again === "never";
}

/** A time that was written down stays where it may be right: what is sent and what is on the disk must not differ. */
function keepSecond(
  written: number | undefined,
  { timeSeconds, bounds }: Extract<Placement, { kind: "placed" }>,
): number {
  if (written === undefined) return timeSeconds;
  const [least, most] = certainSeconds(bounds);
  const isAllowed = written * 1000 <= bounds.highMs && written * 1000 + 1000 > bounds.lowMs;
  return isAllowed && written >= least && written <= most ? written : timeSeconds;
}

/** What is known of the room now, with what was believed at the press. */
export function gatherEvidence(
  { answered, ended, recording: known }: RoomState,
  press: Pick<PlaceEvidence, "believed" | "now" | "pressedAtMs" | "conclusiveFromMs" | "first">,
  reading: PlaceEvidence["reading"],
): PlaceEvidence {
  const recording = press.believed?.recording;
  const mayTrail = answered !== undefined && reading.sentMs < answered.trailsUntilMs;
  const isBegun = mayTrail && answered.command === "start" && answered.recording === recording;
  const isShown = known?.id === reading.recording?.id;
  return {
    ...press,
    stopped: ended.find(({ id }) => id === recording)?.stopped,
    reading,
    isStanding: isShown && known?.clock?.pace === "standing",
    begunMs: isBegun ? answered.sentMs : undefined,
    isOld: mayTrail && ended.some(({ id }) => id === reading.recording?.id),
  };
}

/** The recording that runs now may be the mark's as well. */
function addNext(placement: Placement, { recording }: PlaceEvidence["reading"]): Placement {
  if (placement.kind !== "unplaceable" || recording === undefined) return placement;
  const next = { recording: recording.id, timeSeconds: undefined };
  return { kind: "unplaceable", candidates: [...placement.candidates, next] };
}

/** Servers trim texts and may write letters in another form. */
function equalityOf({ recording, timeSeconds, text }: DeliveredMark): string {
  return JSON.stringify([recording, timeSeconds, text.normalize().trim()]);
}

/** Not refused by anybody: it stays on record and goes on when the mapping names its server again. */
export const elsewhere: ValtFailure = {
  kind: "refused",
  message: "its recording is on another server than the mapping names now",
  heard: "no",
  again: "never",
};

/** Nobody will ever know its time, and the marks behind it must not wait for that. */
const neverTimed: ValtFailure = {
  kind: "refused",
  message: "the recording ended before the server had said how far it had run",
  heard: "no",
  again: "never",
};

/** An answer was lost, and the server does not say which marks it has. */
const nobodyCanSee: ValtFailure = {
  kind: "refused",
  message: "delivered or not, nobody can see",
  heard: "no",
  again: "never",
};
