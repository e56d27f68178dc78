import { createBackoff } from "../base/backoff.ts";
import type { Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import type { ValtFailure } from "../valt/failure.ts";

/** Since when the server cannot be asked, and why. */
export interface Outage {
  readonly sinceMs: number;
  readonly failure: ValtFailure;
}

/** A look that failed. */
interface Miss {
  readonly room: RoomName;
  readonly failure: ValtFailure;
  readonly sentMs: number;
}

/** Whose fault a failed look is: the room's, the server's, or only another room can tell. */
export type Blame = "room" | "server" | { readonly ask: RoomName };

/** Whether the server can be asked at all: logged once when lost, once when back. */
export interface OutageWatch {
  current(): Outage | undefined;
  /** `in-doubt`: a room has got no answer, and another one is asked. */
  state(): "up" | "in-doubt" | "down";
  /** An answer came, be it a refusal. Absent room: about no single one. */
  heard(room?: RoomName): void;
  /** Of the rooms that are watched now, one has got no answer that can be used. */
  blame(miss: Miss, rooms: readonly RoomName[]): Blame;
  /** The server is lost. Returns how long to wait before the next attempt. */
  suffer(failure: ValtFailure): number;
}

interface OutageTools {
  readonly clock: Clock;
  readonly log: Log;
  changed(server: "up" | "down"): void;
}

/** So many rooms one after the other without an answer of any: no accident of a room. */
const SUSPECTS = 2;

/**
 * A server that answers others is there. So a failed look is the room's own fault when any answer came since it was sent, or
 * since the room failed before. Otherwise another room is asked: when that fails too, the server is lost. Answers that
 * cannot be read are answers: for them the server is lost only when no room has another one, and nothing else was heard, such
 * as the list, since they began.
 */
export function createOutageWatch({ clock, log, changed }: OutageTools): OutageWatch {
  const backoff = createBackoff({ firstMs: 250, longestMs: 5000, factor: 2, jitter: 0.3 }, clock);
  const heardMs = new Map<RoomName, number>();
  const failedMs = new Map<RoomName, number>();
  const suspects = new Set<RoomName>();
  let lastHeardMs = -Infinity;
  let outage: Outage | undefined;

  function findWitness(rooms: readonly RoomName[]): RoomName | undefined {
    const candidates = rooms.filter((room) => !failedMs.has(room));
    const heard = (room: RoomName) => heardMs.get(room) ?? -Infinity;
    return candidates.reduce<RoomName | undefined>(
      (best, room) => (best === undefined || heard(room) > heard(best) ? room : best),
      undefined,
    );
  }

  /** Since when all of them have failed, this one included. */
  function firstFailureMs(rooms: readonly RoomName[], sinceMs: number): number {
    return rooms.reduce((firstMs, room) => Math.min(firstMs, failedMs.get(room) ?? firstMs), sinceMs);
  }

  return {
    current: () => outage,
    state: () => (outage !== undefined ? "down" : suspects.size > 0 ? "in-doubt" : "up"),
    heard(room) {
      lastHeardMs = clock.monotonicMs();
      suspects.clear();
      if (room !== undefined) {
        heardMs.set(room, lastHeardMs);
        failedMs.delete(room);
      }
      if (outage === undefined) return;
      log.info("server back", { afterMs: Math.round(lastHeardMs - outage.sinceMs) });
      outage = undefined;
      backoff.reset();
      changed("up");
    },
    blame({ room, failure, sentMs }, rooms) {
      const sinceMs = Math.min(sentMs, failedMs.get(room) ?? Infinity);
      failedMs.set(room, clock.monotonicMs());
      if (outage !== undefined) return "server";
      if (lastHeardMs > sinceMs) return "room";
      const witness = findWitness(rooms);
      if (failure.kind === "malformed-answer")
        return witness !== undefined || lastHeardMs > firstFailureMs(rooms, sinceMs) ? "room" : "server";
      if (witness === undefined) return "server";
      suspects.add(room);
      return suspects.size < SUSPECTS ? { ask: witness } : "server";
    },
    suffer(failure) {
      if (outage === undefined) {
        outage = { sinceMs: clock.monotonicMs(), failure };
        log.warn("server lost", { failure: failure.kind, why: failure.message });
        changed("down");
      }
      return backoff.nextMs();
    },
  };
}

/** Whether a failure may say something about the whole server; a refusal of a room's look is an answer like any other. */
export function mayConcernServer(failure: ValtFailure): boolean {
  if (failure.kind === "server-error") return failure.httpStatus !== 500;
  return failure.kind !== "refused" && failure.kind !== "not-found";
}
