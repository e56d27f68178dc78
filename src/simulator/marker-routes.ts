import type { Answer } from "./answers.ts";
import { data, notDone, notFound, serverError } from "./answers.ts";
import { addMark, MARKER_COLORS, markerRow, marksOf } from "./marks.ts";
import { presentMoment, recordingOf } from "./room-commands.ts";
import type { Call, Route } from "./route.ts";
import { EARLY_SIX, FIVE, roomOf, textAt, textOf, wholeOf } from "./route.ts";
import type { Recording } from "./world.ts";

/** Marks as VALT 5 and early VALT 6 take them. Later versions do not know these paths (inferred). */
export const markerRoutes: readonly Route[] = [
  { method: "POST", template: "rooms/{r}/record/markers", versions: FIVE, answer: addInRoom },
  { method: "POST", template: "records/{rec}/markers", versions: FIVE, answer: addToRecord },
  { method: "GET", template: "records/{rec}/markers", versions: FIVE, answer: list },
  { method: "POST", template: "records/{rec}/comments", versions: EARLY_SIX, answer: addEarlyComment },
];

function addInRoom(call: Call): Answer {
  const room = roomOf(call);
  if (room === undefined) return notFound;
  const record = recordingOf(call.world, presentMoment(call.world, room));
  // Inferred: the vendor's client never asks while the room is idle.
  return record === undefined ? notDone("The recording in the room is not found") : add(call, record);
}

function addToRecord(call: Call): Answer {
  const record = call.world.recordings.get(textAt(call, 0));
  return record === undefined ? notFound : add(call, record);
}

function add(call: Call, record: Recording): Answer {
  const { world, body, account } = call;
  const text = textOf(body, "event");
  const timeSeconds = wholeOf(body, "time");
  const color = body.color ?? "red";
  // Documented: a bad time index produces an error. Inferred: so does a colour that is none of the nine.
  const usable = typeof color === "string" && Object.hasOwn(MARKER_COLORS, color);
  if (text === undefined || timeSeconds === undefined || !usable) return serverError;
  const mark = addMark(world, {
    recordingId: record.id,
    kind: "marker",
    timeSeconds,
    text,
    color,
    template: body.template ?? [],
    authorId: account.id,
  });
  return data({ marker_add: true, id: mark.id, message: "marker add" });
}

function list(call: Call): Answer {
  const record = call.world.recordings.get(textAt(call, 0));
  return record === undefined ? notFound : data({ markers: marksOf(call.world, record.id).map(markerRow) });
}

function addEarlyComment(call: Call): Answer {
  const { world, body, account } = call;
  const record = world.recordings.get(textAt(call, 0));
  const text = textOf(body, "event");
  const time = wholeOf(body, "time");
  if (record === undefined || text === undefined || time === undefined) return serverError;
  addMark(world, { recordingId: record.id, kind: "simple", timeSeconds: time, text, authorId: account.id });
  return data({ comment_add: true, message: "comment add", time });
}
