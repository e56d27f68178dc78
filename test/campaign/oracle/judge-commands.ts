import { commandsOf } from "../controls.ts";
import { type ActedCommand, REQUEST_DEADLINE_MS } from "../server.ts";
import { isRunning } from "../truth.ts";
import type { Ask } from "./asks.ts";
import { FRESH_MS, houseOf, PRESS_DEADLINE_MS, type Scene } from "./scene.ts";

/** The server had it by then, or it was given up: the press in time, the request in time. */
const IN_TIME_MS = PRESS_DEADLINE_MS + REQUEST_DEADLINE_MS;

/** Every command on which the server acted was asked for in time, one press at most one command. */
export function judgeCommand(scene: Scene, acted: ActedCommand): void {
  const { by, room, command, receivedMs } = acted;
  const asks = scene.asks.of(by, room).filter(({ wish }) => commandsOf(wish).includes(command));
  const isInTime = ({ atMs }: Ask) => receivedMs >= atMs && receivedMs <= atMs + IN_TIME_MS;
  const fitting = asks.filter((ask) => !ask.used && isInTime(ask));
  // What was asked for in so many words explains it better than a toggle.
  const cause = fitting.find(({ wish }) => commandsOf(wish).length === 1) ?? fitting[0];
  if (cause === undefined) {
    const newest = asks.findLast(({ atMs }) => atMs <= receivedMs);
    const last = newest === undefined ? "there was none" : `the last one was at ${tell(newest.atMs)}`;
    const spent = newest?.used === true ? " and has had its command" : "";
    const kind = isFromTheDead(scene, acted) ? "command-from-the-dead" : "command-unasked";
    scene.object(kind, `${describe(acted)}: no press explains it, ${last}${spent}`);
    return;
  }
  cause.used = true;
  // Where several presses were answered by one command, a later command may be taken for one of them.
  if (acted.sentMs <= cause.atMs + PRESS_DEADLINE_MS) cause.began = acted.began;
  if (commandsOf(cause.wish).length > 1) judgeDirection(scene, acted, cause);
}

/** Whether the process that wrote it was killed before the server had it. */
export function isFromTheDead(
  scene: Scene,
  { by, sentMs, receivedMs }: Pick<ActedCommand, "by" | "sentMs" | "receivedMs">,
): boolean {
  const killsMs = houseOf(scene, by)?.killsMs ?? [];
  return killsMs.some((atMs) => atMs >= sentMs && atMs <= receivedMs);
}

/** A toggle must have had a reason: something that the room was, as far as anybody may believe a look. */
function judgeDirection({ server, object }: Scene, acted: ActedCommand, { atMs }: Ask): void {
  const { room, command, receivedMs } = acted;
  const sinceMs = atMs - FRESH_MS - server.trailSinceMs(room, atMs - FRESH_MS);
  const wasSo = (isSo: Parameters<typeof server.truth.wasEver>[2]) =>
    server.truth.wasEver(room, [sinceMs, receivedMs], isSo);
  const isReasonable = {
    start: () => wasSo((moment) => !isRunning(moment)),
    stop: () => wasSo(isRunning),
    // A pause of a room that does not record is refused by the server, and does no harm.
    pause: () => wasSo(({ status }) => status !== "paused"),
    resume: () => wasSo(({ status }) => status === "paused"),
    lock: () => true,
    unlock: () => true,
  }[command]();
  if (!isReasonable)
    object(
      "toggle-wrong-way",
      `${describe(acted)}: a toggle at ${tell(atMs)}, and it never looked like that`,
    );
}

function describe({ by, room, command, sentMs, receivedMs, actedMs, httpStatus }: ActedCommand): string {
  const when = `sent ${tell(sentMs)}, there ${tell(receivedMs)}, acted on ${tell(actedMs)}`;
  return `bridge ${by} told room ${room} to ${command} (${when}, answered ${httpStatus})`;
}

export function tell(ms: number): string {
  return `${Math.round(ms)} ms`;
}
