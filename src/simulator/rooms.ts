import type { Answer } from "./answers.ts";
import { badRequest, data, notFound, refused } from "./answers.ts";
import { cameraRow } from "./cameras.ts";
import { commandRoom, elapsedSeconds, seenMoment } from "./room-commands.ts";
import type { RoomRefusal } from "./room-machine.ts";
import type { Call, Route } from "./route.ts";
import { EVERY, roomOf, textOf } from "./route.ts";
import { addRoom } from "./seed-data.ts";
import type { Room, World } from "./world.ts";

/** What a room says about itself, and who may enter: status, info, lock, administration. */
export const roomRoutes: readonly Route[] = [
  { method: "GET", template: "rooms/{r}/status", versions: EVERY, answer: tellStatus },
  { method: "GET", template: "rooms/info/{r}", versions: EVERY, answer: tellInfo },
  { method: "GET", template: "rooms/info", versions: EVERY, answer: listInfo },
  { method: "POST", template: "rooms/{r}/lock", versions: EVERY, answer: lock },
  { method: "POST", template: "rooms/{r}/unlock", versions: EVERY, answer: unlock },
  { method: "GET", template: "admin/rooms", versions: EVERY, answer: listForAdministrators },
  { method: "POST", template: "admin/rooms", versions: EVERY, answer: create },
  { method: "GET", template: "admin/rooms/{r}", versions: EVERY, answer: describeForAdministrators },
  { method: "POST", template: "admin/rooms/{r}/edit", versions: EVERY, answer: edit },
  { method: "POST", template: "admin/rooms/{r}/delete", versions: EVERY, answer: remove },
];

function tellStatus(call: Call): Answer {
  const room = roomOf(call);
  if (room === undefined) return notFound;
  const { status, recordingId } = seenMoment(call.world, room).moment;
  if (recordingId === undefined) return data({ status, record: false });
  return data({ status, record: true, record_id: recordingId, record_access: true });
}

function tellInfo(call: Call): Answer {
  const room = roomOf(call);
  return room === undefined ? notFound : data(infoOf(call.world, room));
}

function listInfo(call: Call): Answer {
  const { world } = call;
  const rooms = [...world.rooms.values()];
  if (world.settings.bulkDetail === "names")
    return data({ rooms: rooms.map(({ id, name }) => ({ id, name })) });
  return data({ rooms: rooms.map((room) => infoOf(world, room)) });
}

function infoOf(world: World, room: Room): unknown {
  const { moment, atMs } = seenMoment(world, room);
  if (moment.recordingId === undefined) return { id: room.id, name: room.name, has_recording: false };
  const recording = { id: moment.recordingId, time: elapsedSeconds(world, moment, atMs) };
  return { id: room.id, name: room.name, has_recording: true, recording };
}

const LOCK_REFUSALS: Readonly<Record<RoomRefusal, string>> = {
  "already-locked": "This room is already locked.",
  "not-locked": "This room is not locked.",
  // Inferred: what the server says to a lock during a recording is documented nowhere.
  "not-available": "This room has an active recording.",
  "already-recording": "This room has an active recording.",
  "not-recording": "This room is not locked.",
  "room-locked": "This room is already locked.",
};

function lock(call: Call): Answer {
  return turnKey(call, "lock");
}

function unlock(call: Call): Answer {
  return turnKey(call, "unlock");
}

function turnKey(call: Call, verb: "lock" | "unlock"): Answer {
  const room = roomOf(call);
  if (room === undefined) return notFound;
  const outcome = commandRoom(call.world, room, { verb, userId: call.account.id });
  if (!outcome.ok) return refused(400, LOCK_REFUSALS[outcome.failure]);
  return data({ id: room.id, locked_by: outcome.value.lockedBy ?? null });
}

function listForAdministrators(call: Call): Answer {
  return data([...call.world.rooms.values()].map((room) => adminRow(call.world, room)));
}

function describeForAdministrators(call: Call): Answer {
  const room = roomOf(call);
  return room === undefined ? notFound : data(adminRow(call.world, room));
}

function adminRow(world: World, room: Room): unknown {
  const cameras = [...world.cameras.values()].filter((camera) => camera.roomId === room.id);
  return { id: room.id, name: room.name, is_io: false, cameras: cameras.map(cameraRow) };
}

function create(call: Call): Answer {
  const name = textOf(call.body, "name");
  if (name === undefined) return badRequest("The name is required");
  const id = Math.max(0, ...call.world.rooms.keys()) + 1;
  addRoom(call.world, id, name);
  return data({ id });
}

function edit(call: Call): Answer {
  const room = roomOf(call);
  if (room === undefined) return notFound;
  room.name = textOf(call.body, "name") ?? room.name;
  return data({ id: room.id });
}

function remove(call: Call): Answer {
  const room = roomOf(call);
  if (room === undefined) return notFound;
  call.world.rooms.delete(room.id);
  return data({ id: room.id });
}
