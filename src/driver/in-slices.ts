import type { Clock } from "../base/clock.ts";

/** A socket or a port: what comes from it can be held back. */
export interface ByteSource {
  on(event: "data", listener: (bytes: Uint8Array) => void): unknown;
  once(event: "end" | "close", listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
}

/** The shortest commands are two bytes long: these are some hundred of them. */
const SLICE_BYTES = 512;
/**
 * For all sources together, then everything else has its turn. Each turn takes 32 datagrams from the kernel, which keeps some
 * hundred: turns of 8 ms were seen to lose those of a panel beside floods.
 */
const LONGEST_TURN_MS = 3;

/**
 * Reads a stream a little at a time, so that no flood of short commands keeps everything else waiting. What comes at a
 * usual pace is taken at once; while more waits, the other side is held back. Resolves after the last byte when the
 * other side says no more, though it may still listen.
 */
export function readInSlices(
  source: ByteSource,
  clock: Clock,
  take: (bytes: Uint8Array) => void,
): Promise<void> {
  const backlog: Backlog = { source, take, bytes: NOTHING, emptied: () => undefined };
  const turns = turnsOf(clock);
  source.on("data", (bytes) => {
    if (backlog.bytes.length > 0) {
      backlog.bytes = Buffer.concat([backlog.bytes, bytes]);
      return;
    }
    backlog.bytes = bytes.subarray(SLICE_BYTES);
    if (backlog.bytes.length > 0) turns.join(backlog);
    take(bytes.subarray(0, SLICE_BYTES));
  });
  source.once("close", () => {
    backlog.bytes = NOTHING;
  });
  return new Promise((resolve) => {
    source.once("end", () => {
      if (backlog.bytes.length === 0) resolve();
      else backlog.emptied = resolve;
    });
  });
}

const NOTHING = new Uint8Array(0);

interface Backlog {
  readonly source: ByteSource;
  readonly take: (bytes: Uint8Array) => void;
  bytes: Uint8Array;
  /** Called when all has been taken, also of what waited as the stream ended. */
  emptied: () => void;
}

/** Those that have more to say than fits into one turn, one after the other. */
class Turns {
  readonly #clock: Clock;
  readonly #waiting: Backlog[] = [];
  #isPlanned = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  join(backlog: Backlog): void {
    backlog.source.pause();
    this.#waiting.push(backlog);
    this.#plan();
  }

  #plan(): void {
    if (this.#isPlanned || this.#waiting.length === 0) return;
    this.#isPlanned = true;
    this.#clock.soon(() => {
      this.#isPlanned = false;
      try {
        this.#takeTurn();
      } finally {
        this.#plan();
      }
    });
  }

  #takeTurn(): void {
    const endMs = this.#clock.monotonicMs() + LONGEST_TURN_MS;
    for (let first = this.#waiting.shift(); first !== undefined; first = this.#waiting.shift()) {
      const slice = first.bytes.subarray(0, SLICE_BYTES);
      first.bytes = first.bytes.subarray(SLICE_BYTES);
      if (first.bytes.length > 0) this.#waiting.push(first);
      else first.source.resume();
      if (slice.length > 0) first.take(slice);
      if (first.bytes.length === 0) first.emptied();
      if (this.#clock.monotonicMs() >= endMs) return;
    }
  }
}

const turnsByClock = new WeakMap<Clock, Turns>();

function turnsOf(clock: Clock): Turns {
  const known = turnsByClock.get(clock) ?? new Turns(clock);
  turnsByClock.set(clock, known);
  return known;
}
