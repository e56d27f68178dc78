import { commandsOf } from "../controls.ts";
import { type ActedCommand, REQUEST_DEADLINE_MS } from "../server.ts";
import { isRunning } from "../truth.ts";
import type { Ask } from "./asks.ts";
import { FRESH_MS, houseOf, PRESS_DEADLINE_MS, type Scene } from "./scene.ts";

/** The server had it by then, or it was given up: the press in time, the request in time. */
const IN_TIME_MS = PRESS_DEADLINE_MS + REQUEST_DEADLINE_MS;

/** Every command on which the server acted was asked for in time, one press at most one command. */
export function judgeCommand(scene: Scene, acted: ActedCommand): void {
  const cause = explain(scene, acted) ?? explainByOther(scene, acted);
  if (cause === undefined) {
    complain(scene, acted);
    return;
  }
  assign(acted, cause);
  if (!isThereInTime(acted, cause.atMs))
    scene.object("command-after-kill", `${describe(acted)}: pressed ${tell(cause.atMs)}`);
  if (commandsOf(cause.wish).length > 1) judgeDirection(scene, acted, cause);
}

/** Presses that may have made the command: it was written within their deadline. */
function findPresses(scene: Scene, acted: ActedCommand): readonly Ask[] {
  const { by, room, command, sentMs } = acted;
  const isLate = isAfterKill(scene, acted);
  const isInTime = ({ atMs }: Ask) =>
    sentMs >= atMs && sentMs <= atMs + PRESS_DEADLINE_MS && (isLate || isThereInTime(acted, atMs));
  return scene.asks.of(by, room).filter((ask) => commandsOf(ask.wish).includes(command) && isInTime(ask));
}

function isThereInTime({ receivedMs }: ActedCommand, pressedAtMs: number): boolean {
  return receivedMs <= pressedAtMs + IN_TIME_MS;
}

function explain(scene: Scene, acted: ActedCommand): Ask | undefined {
  const free = findPresses(scene, acted).filter(({ command }) => command === undefined);
  // What was asked for in so many words explains it better than a toggle.
  return free.find(({ wish }) => commandsOf(wish).length === 1) ?? free[0];
}

/** Commands are acted on in another order than they were sent: an earlier one may be explained by another press. */
function explainByOther(scene: Scene, acted: ActedCommand): Ask | undefined {
  for (const press of findPresses(scene, acted)) {
    const other = press.command === undefined ? undefined : explain(scene, press.command);
    if (press.command === undefined || other === undefined) continue;
    assign(press.command, other);
    return press;
  }
  return undefined;
}

function assign(acted: ActedCommand, press: Ask): void {
  press.command = acted;
  if (press.doneMs === undefined) press.began = acted.began;
}

function complain(scene: Scene, acted: ActedCommand): void {
  const { by, room, command, receivedMs } = acted;
  const asks = scene.asks.of(by, room).filter(({ wish }) => commandsOf(wish).includes(command));
  const newest = asks.findLast(({ atMs }) => atMs <= receivedMs);
  const last = newest === undefined ? "there was none" : `the last one was at ${tell(newest.atMs)}`;
  const spent = newest?.command === undefined ? "" : " and has had its command";
  scene.object("command-unasked", `${describe(acted)}: no press explains it, ${last}${spent}`);
}

/** The campaign's kernels send for the last time after 51 s, and a packet takes 2 s at most. */
const KERNEL_MS = 54_000;

/**
 * Whether the process that wrote it was killed before it gave it up and before the server had it, no longer ago than its
 * kernel goes on.
 */
export function isAfterKill(
  scene: Scene,
  { by, sentMs, receivedMs }: Pick<ActedCommand, "by" | "sentMs" | "receivedMs">,
): boolean {
  const killsMs = houseOf(scene, by)?.killsMs ?? [];
  const untilMs = Math.min(receivedMs, sentMs + REQUEST_DEADLINE_MS);
  return receivedMs <= sentMs + KERNEL_MS && killsMs.some((atMs) => atMs >= sentMs && atMs <= untilMs);
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
