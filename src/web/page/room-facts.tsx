import type { RoomInfo } from "./protocol.ts";
import { badgeOf } from "./room-words.ts";
import { bridgeNowMs, writeAge, writeElapsed } from "./time.tsx";
import { say } from "./words.ts";

/** A room's state as a word in its colour; in a row an alarm is the sign alone, since its words stand beside it. */
export function Badge({ room, isInRow = false }: { readonly room: RoomInfo; readonly isInRow?: boolean }) {
  const { look, word, icon } = badgeOf(room);
  return (
    <span class="badges">
      <span class="badge" data-look={look}>
        <span aria-hidden="true">{icon}</span> {word}
      </span>
      {room.alarm !== undefined && (
        <span class="badge" data-look="alarm">
          <span aria-hidden="true">!</span> <span class={isInRow ? "for-readers" : ""}>{say("Alarm")}</span>
        </span>
      )}
    </span>
  );
}

/** How far the recording has run by now; empty where that is not known. */
export function elapsedOf({ elapsedMs, atMs, status }: RoomInfo, nowMs: number): string {
  if (elapsedMs === undefined || status === undefined) return "";
  return writeElapsed(elapsedMs + (status === "recording" ? Math.max(0, nowMs - atMs) : 0));
}

/** How old the server's last answer about the room is. */
export function writeSeen({ seenAtMs, knowledge }: RoomInfo, nowMs: number): string {
  if (seenAtMs === undefined) return say("never");
  const age = writeAge(Math.max(nowMs, bridgeNowMs()) - seenAtMs);
  return knowledge === "stale" ? say("{age} old", { age }) : say("{age} ago", { age });
}
