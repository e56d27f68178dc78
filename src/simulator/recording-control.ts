import type { Answer } from "./answers.ts";
import { data, notDone, notFound, notStarted } from "./answers.ts";
import { commandRoom, presentMoment } from "./room-commands.ts";
import type { RoomRefusal, RoomVerb } from "./room-machine.ts";
import type { Call, JsonObject, Route } from "./route.ts";
import { asObject, EVERY, numbersOf, objectOf, roomOf, textOf } from "./route.ts";
import { requiredFields } from "./templates.ts";
import type { World } from "./world.ts";

/** Start, stop, pause and resume, with the messages of the vendor's pages. */
export const recordingControlRoutes: readonly Route[] = [
  { method: "POST", template: "rooms/{r}/record/start", versions: EVERY, answer: start },
  { method: "POST", template: "rooms/{r}/record/stop", versions: EVERY, answer: stop },
  { method: "POST", template: "rooms/{r}/record/pause", versions: EVERY, answer: pause },
  { method: "POST", template: "rooms/{r}/record/resume", versions: EVERY, answer: resume },
];

// Inferred texts: the failure example of the vendor's start page is not at hand.
const START_REFUSALS: Readonly<Record<RoomRefusal, string>> = {
  "already-recording": "The recording in the room is already started",
  "room-locked": "This room is locked.",
  "not-recording": "The recording could not be started",
  "already-locked": "This room is locked.",
  "not-locked": "The recording could not be started",
  "not-available": "The recording could not be started",
};

function start(call: Call): Answer {
  const { world, body, account } = call;
  const room = roomOf(call);
  if (room === undefined) return notFound;
  const name = textOf(body, "name");
  if (name === undefined) return notStarted("The recording name is required");
  const userId = authorOf(world, body, account.id);
  if (userId === undefined) return notStarted("The author is not found");
  const template = objectOf(body, "template") ?? {};
  const missing = requiredFields(world).find((field) => template[String(field.id)] === undefined);
  if (missing !== undefined) return notStarted(`The template field ${missing.name} is required`);
  const share = asObject(body.share) ?? {};
  const users = numbersOf(share.users);
  const groups = numbersOf(share.groups);
  const outcome = commandRoom(world, room, { verb: "start", userId, name, template, users, groups });
  if (!outcome.ok) return notStarted(START_REFUSALS[outcome.failure]);
  return data({ message: "The recording is started", id: outcome.value.recordingId, start: true });
}

function authorOf(world: World, body: JsonObject, accountId: number): number | undefined {
  const author = body.author;
  if (author === undefined || author === null) return accountId;
  return typeof author === "number" && world.users.has(author) ? author : undefined;
}

function stop(call: Call): Answer {
  return change(call, "stop", "Recording in room not found");
}

function pause(call: Call): Answer {
  return change(call, "pause", "The recording in the room is not found");
}

function resume(call: Call): Answer {
  return change(call, "resume", "The recording in the room is not found");
}

function change(call: Call, verb: RoomVerb, whenIdle: string): Answer {
  const room = roomOf(call);
  // Documented: an unknown room and a room without recording differ by the message only (this text inferred).
  if (room === undefined) return notDone("Room not found");
  const id = presentMoment(call.world, room).recordingId;
  const outcome = commandRoom(call.world, room, { verb, userId: call.account.id });
  return outcome.ok ? data({ id, status: true }) : notDone(whenIdle);
}
