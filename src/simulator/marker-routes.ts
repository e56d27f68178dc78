import type { Answer } from "./answers.ts";
import { data, notDone, notFound, serverError } from "./answers.ts";
import { addMark, MARKER_COLORS, markerRow, marksOf } from "./marks.ts";
import { presentMoment, recordingOf } from "./room-commands.ts";
import type { Call, Route } from "./route.ts";
import { EARLY_SIX, FIRST_SIX, FIVE, roomOf, textAt, textOf, wholeOf } from "./route.ts";
import type { Recording } from "./world.ts";

/** Marks as VALT 5 and early VALT 6 take them. Later versions do not know these paths (inferred). */
export const markerRoutes: readonly Route[] = [
  { method: "POST", template: "rooms/{r}/record/markers", versions: FIVE, answer: addInRoom },
  { method: "POST", template: "records/{rec}/markers", versions: FIVE, answer: addToRecord },
  { method: "GET", template: "records/{rec}/markers", versions: FIVE, answer: list },
  { method: "POST", template: "rooms/{r}/record/comments", versions: FIRST_SIX, answer: addCommentInRoom },
  { method: "POST", template: "records/{rec}/comments", versions: EARLY_SIX, answer: addCommentToRecord },
];

function addInRoom(call: Call): Answer {
  return withRunning(call, (record) => add(call, record));
}

/** Inferred: the vendor's client never asks while the room is idle. */
function withRunning(call: Call, answer: (record: Recording) => Answer): Answer {
  const room = roomOf(call);
  if (room === undefined) return notFound;
  const record = recordingOf(call.world, presentMoment(call.world, room));
  return record === undefined ? notDone("The recording in the room is not found") : answer(record);
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

function addCommentInRoom(call: Call): Answer {
  return withRunning(call, (record) => addComment(call, record));
}

function addCommentToRecord(call: Call): Answer {
  const record = call.world.recordings.get(textAt(call, 0));
  return record === undefined ? serverError : addComment(call, record);
}

function addComment({ world, body, account }: Call, record: Recording): Answer {
  const text = textOf(body, "event");
  const time = wholeOf(body, "time");
  if (text === undefined || time === undefined) return serverError;
  const color = textOf(body, "color");
  addMark(world, {
    recordingId: record.id,
    kind: "simple",
    timeSeconds: time,
    text,
    color,
    authorId: account.id,
  });
  return data({ comment_add: true, message: "comment add", time });
}
