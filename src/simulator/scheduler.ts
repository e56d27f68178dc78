import { commandRoom, presentMoment } from "./room-commands.ts";
import type { Schedule, World } from "./world.ts";

const DAY_SECONDS = 86_400;
const STEP_DAYS: ReadonlyMap<unknown, number> = new Map([
  ["daily", 1],
  ["weekly", 7],
  ["monthly", 28],
]);

/**
 * Begins and ends the recordings that are due, whenever anybody looks at the world. A room that is busy or
 * locked at that moment is left alone, and a recording is ended only by the schedule that began it.
 */
export function runSchedules(world: World): void {
  const nowMs = world.clock.wallMs();
  if (nowMs < world.scheduleDueMs) return;
  for (const schedule of world.schedules.values()) {
    if (schedule.status === "pending" && schedule.startSeconds * 1000 <= nowMs) begin(world, schedule);
    if (schedule.status === "started" && endOf(schedule) * 1000 <= nowMs) end(world, schedule);
  }
  noteNextDue(world);
}

/** To be called after every change of a schedule. */
export function noteNextDue(world: World): void {
  let dueMs = Number.POSITIVE_INFINITY;
  for (const schedule of world.schedules.values()) {
    const seconds = schedule.status === "pending" ? schedule.startSeconds : endOf(schedule);
    dueMs = Math.min(dueMs, seconds * 1000);
  }
  world.scheduleDueMs = dueMs;
}

/** Moves a recurring schedule on; one that does not recur is gone (inferred). Months are 28 days here. */
export function toNextOccurrence(world: World, schedule: Schedule): void {
  const days = STEP_DAYS.get(schedule.recurrence.type);
  if (days === undefined) world.schedules.delete(schedule.id);
  else schedule.startSeconds += days * DAY_SECONDS;
  schedule.status = "pending";
  schedule.recordingId = undefined;
}

/** Schedules that another one of the same room covers `fully` (blocked) or `partly` (conflict). */
export function overlapsOf(world: World, extent: "fully" | "partly"): readonly Schedule[] {
  const schedules = [...world.schedules.values()];
  return schedules.filter((schedule) =>
    schedules.some((other) => other.id !== schedule.id && overlap(other, schedule) === extent),
  );
}

function overlap(other: Schedule, schedule: Schedule): "fully" | "partly" | "none" {
  if (other.roomId !== schedule.roomId) return "none";
  if (other.startSeconds >= endOf(schedule) || schedule.startSeconds >= endOf(other)) return "none";
  const covers = other.startSeconds <= schedule.startSeconds && endOf(other) >= endOf(schedule);
  return covers ? "fully" : "partly";
}

function begin(world: World, schedule: Schedule): void {
  const room = world.rooms.get(schedule.roomId);
  schedule.status = "started";
  if (room === undefined) return;
  const order = { verb: "start", userId: schedule.authorId, name: schedule.name } as const;
  const outcome = commandRoom(world, room, order);
  if (outcome.ok) schedule.recordingId = outcome.value.recordingId;
}

function end(world: World, schedule: Schedule): void {
  const room = world.rooms.get(schedule.roomId);
  const owns = schedule.recordingId !== undefined;
  if (room !== undefined && owns && presentMoment(world, room).recordingId === schedule.recordingId) {
    commandRoom(world, room, { verb: "stop", userId: schedule.authorId });
  }
  toNextOccurrence(world, schedule);
}

function endOf(schedule: Schedule): number {
  return schedule.startSeconds + schedule.durationSeconds;
}
