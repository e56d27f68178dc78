import type { Answer } from "./answers.ts";
import { badRequest, bare, data, notFound, refused } from "./answers.ts";
import { commandRoom, presentMoment } from "./room-commands.ts";
import type { Call, JsonObject, Route } from "./route.ts";
import { asObject, EVERY, numberAt, objectOf, textOf, wholeOf } from "./route.ts";
import { noteNextDue, overlapsOf, toNextOccurrence } from "./scheduler.ts";
import type { Schedule, World } from "./world.ts";
import { epochSeconds } from "./world.ts";

/** Planned recordings. What begins and ends them is in `scheduler.ts`. */
export const scheduleRoutes: readonly Route[] = [
  { method: "GET", template: "schedule", versions: EVERY, answer: list },
  { method: "POST", template: "schedule", versions: EVERY, answer: create },
  { method: "GET", template: "schedule/blocked", versions: EVERY, answer: listBlocked },
  { method: "GET", template: "schedule/conflict", versions: EVERY, answer: listConflicts },
  { method: "GET", template: "schedule/{id}", versions: EVERY, answer: describe },
  { method: "POST", template: "schedule/{id}/edit", versions: EVERY, answer: edit },
  { method: "POST", template: "schedule/{id}/delete", versions: EVERY, answer: remove },
  { method: "POST", template: "schedule/{id}/delete_next", versions: EVERY, answer: removeNext },
  { method: "POST", template: "schedule/{id}/stop", versions: EVERY, answer: stop },
];

function list(call: Call): Answer {
  const { world } = call;
  const schedules = [...world.schedules.values()];
  return data({
    schedules: schedules.map((schedule) => rowOf(world, schedule)),
    blocked_schedules: overlapsOf(world, "fully").map((schedule) => schedule.id),
    conflict_schedules: overlapsOf(world, "partly").map((schedule) => schedule.id),
    total_count: schedules.length,
  });
}

function listBlocked({ world }: Call): Answer {
  return data({ blocked_schedules: overlapsOf(world, "fully").map((schedule) => rowOf(world, schedule)) });
}

function listConflicts({ world }: Call): Answer {
  return data({ conflict_schedules: overlapsOf(world, "partly").map((schedule) => rowOf(world, schedule)) });
}

function rowOf(world: World, schedule: Schedule): unknown {
  const room = { id: schedule.roomId, name: world.rooms.get(schedule.roomId)?.name ?? "" };
  const many = world.settings.valt === "6.5" || world.settings.valt === "6.6";
  return {
    id: schedule.id,
    name: schedule.name,
    template: schedule.template,
    author: { id: schedule.authorId, name: world.users.get(schedule.authorId)?.name ?? "" },
    // The vendor's client changed from `room` to `rooms` in April 2026; from which release on is inferred.
    ...(many ? { rooms: [room] } : { room }),
    created: schedule.createdSeconds,
    start_at: schedule.startSeconds,
    stop_at: schedule.startSeconds + schedule.durationSeconds,
    duration: schedule.durationSeconds,
    status: schedule.status,
    recurrence: schedule.recurrence,
    shared: { users: schedule.users, user_groups: schedule.groups },
  };
}

function scheduleOf(call: Call): Schedule | undefined {
  return call.world.schedules.get(numberAt(call, 0));
}

function describe(call: Call): Answer {
  const schedule = scheduleOf(call);
  return schedule === undefined ? notFound : data(rowOf(call.world, schedule));
}

function create(call: Call): Answer {
  const { world, body, account } = call;
  const name = textOf(body, "name");
  const roomId = wholeOf(body, "room");
  const startSeconds = wholeOf(body, "start_at");
  const durationSeconds = wholeOf(body, "duration");
  if (name === undefined || roomId === undefined || !world.rooms.has(roomId)) return badRequest("Not valid");
  if (startSeconds === undefined || startSeconds <= epochSeconds(world))
    return badRequest("Not in the future");
  if (durationSeconds === undefined || durationSeconds === 0) return badRequest("The duration is required");
  const share = asObject(body.share) ?? {};
  const schedule: Schedule = {
    id: world.nextId("schedule"),
    name,
    roomId,
    authorId: account.id,
    createdSeconds: epochSeconds(world),
    startSeconds,
    durationSeconds,
    template: body.template ?? null,
    recurrence: objectOf(body, "recurrence") ?? { type: "none" },
    users: idsOf(share.users),
    groups: idsOf(share.user_groups ?? share.users_groups),
    recordingId: undefined,
    status: "pending",
  };
  world.schedules.set(schedule.id, schedule);
  noteNextDue(world);
  return bare([schedule.id]);
}

/** The page wants ids separated by commas, in one text. */
function idsOf(value: unknown): readonly number[] {
  const texts = Array.isArray(value) ? value.map(String) : typeof value === "string" ? value.split(",") : [];
  return texts.map(Number).filter((id) => Number.isInteger(id) && id > 0);
}

function edit(call: Call): Answer {
  const schedule = scheduleOf(call);
  if (schedule === undefined) return notFound;
  change(schedule, call.body);
  noteNextDue(call.world);
  return data({ id: schedule.id });
}

function change(schedule: Schedule, body: JsonObject): void {
  schedule.name = textOf(body, "name") ?? schedule.name;
  schedule.roomId = wholeOf(body, "room") ?? schedule.roomId;
  schedule.startSeconds = wholeOf(body, "start_at") ?? schedule.startSeconds;
  schedule.durationSeconds = wholeOf(body, "duration") ?? schedule.durationSeconds;
  schedule.template = body.template ?? schedule.template;
  schedule.recurrence = objectOf(body, "recurrence") ?? schedule.recurrence;
}

function remove(call: Call): Answer {
  const schedule = scheduleOf(call);
  if (schedule === undefined) return notFound;
  call.world.schedules.delete(schedule.id);
  noteNextDue(call.world);
  return data({ id: schedule.id });
}

function removeNext(call: Call): Answer {
  const schedule = scheduleOf(call);
  if (schedule === undefined) return notFound;
  toNextOccurrence(call.world, schedule);
  noteNextDue(call.world);
  return data(rowOf(call.world, schedule));
}

function stop(call: Call): Answer {
  const { world, account } = call;
  const schedule = scheduleOf(call);
  const room = schedule === undefined ? undefined : world.rooms.get(schedule.roomId);
  const running = room !== undefined && presentMoment(world, room).recordingId === schedule?.recordingId;
  if (!running || schedule?.recordingId === undefined) return refused(404, "Schedule recording not found");
  commandRoom(world, room, { verb: "stop", userId: account.id });
  toNextOccurrence(world, schedule);
  noteNextDue(world);
  return data(null);
}
