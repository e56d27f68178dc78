import type { Clock } from "../base/clock.ts";
import type { RecordingId, RoomName } from "../base/identifiers.ts";
import { keepNewest } from "../base/memory.ts";
import { type RateLimit, RateLimiter } from "../base/rate-limiter.ts";
import type { ConsoleSource } from "../bridge/console-source.ts";
import type { RecordingInfo } from "./page/protocol.ts";

/** Of all pages together. */
const RECORDINGS_LIMIT: RateLimit = { perSecond: 2, burst: 12 };
const MOST_KNOWN = 1000;
/** A recording that could not be read is asked for again, much later. */
const ASK_AGAIN_MS = 60_000;

/** What the server calls the recordings that run, and whose they are: asked once for each, while somebody reads it. */
export class Recordings {
  readonly #source: Pick<ConsoleSource, "status" | "recordingDetails">;
  readonly #clock: Clock;
  readonly #limit: RateLimiter;
  readonly #known = new Map<string, RecordingInfo>();
  readonly #askedMs = new Map<string, number>();

  constructor(source: Pick<ConsoleSource, "status" | "recordingDetails">, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
    this.#limit = new RateLimiter(RECORDINGS_LIMIT, clock);
  }

  /** Those of rooms whose state is known; what is not known yet is being asked for. */
  describe(): readonly RecordingInfo[] {
    const { rooms } = this.#source.status();
    const running = rooms.flatMap(({ name: room, status, recording }) =>
      status === undefined || recording === undefined ? [] : [{ room, id: recording }],
    );
    for (const one of running) if (!this.#known.has(keyOf(one))) this.#ask(one);
    return running.flatMap((one) => this.#known.get(keyOf(one)) ?? []);
  }

  #ask({ room, id }: Running): void {
    const nowMs = this.#clock.monotonicMs();
    const key = keyOf({ room, id });
    if (nowMs < (this.#askedMs.get(key) ?? -Infinity) + ASK_AGAIN_MS || !this.#limit.take()) return;
    this.#askedMs.set(key, nowMs);
    keepNewest(this.#askedMs, MOST_KNOWN);
    void this.#source.recordingDetails(room, id).then((said) => {
      if (!said.ok) return;
      const { name, authorName, createdAtMs } = said.value;
      this.#known.set(key, {
        id,
        room,
        name,
        ...(authorName === undefined ? {} : { author: authorName }),
        ...(createdAtMs === undefined ? {} : { createdWallMs: createdAtMs }),
      });
      keepNewest(this.#known, MOST_KNOWN);
    });
  }
}

interface Running {
  readonly room: RoomName;
  readonly id: RecordingId;
}

/** Two servers may give the same id. */
function keyOf({ room, id }: Running): string {
  return `${room} ${id}`;
}
