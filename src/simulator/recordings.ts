import type { Answer } from "./answers.ts";
import { badRequest, data, notFound } from "./answers.ts";
import { commentRow, markerRow, marksOf } from "./marks.ts";
import { elapsedSeconds, nextRecordId, presentMoment } from "./room-commands.ts";
import type { Call, JsonObject, Route } from "./route.ts";
import { asObject, EVERY, numbersOf, textAt, textOf, wholeOf } from "./route.ts";
import type { Recording, World } from "./world.ts";
import { epochSeconds, isVersionFive } from "./world.ts";

/** What was recorded: search, details, changes, sharing, cutting. */
export const recordingRoutes: readonly Route[] = [
  { method: "POST", template: "records", versions: EVERY, answer: search },
  { method: "GET", template: "records/{rec}", versions: EVERY, answer: details },
  { method: "POST", template: "records/{rec}/update", versions: EVERY, answer: update },
  { method: "POST", template: "records/{rec}/delete", versions: EVERY, answer: remove },
  { method: "POST", template: "records/{rec}/share", versions: EVERY, answer: share },
  { method: "POST", template: "records/{rec}/share/deactivate", versions: EVERY, answer: endSharing },
  { method: "POST", template: "records/{rec}/cut", versions: EVERY, answer: cut },
  { method: "GET", template: "records/{rec}/cut/status", versions: EVERY, answer: tellCut },
];

/** The recording that the path names; the id is the first `{...}`. */
function recordOf(call: Call): Recording | undefined {
  return call.world.recordings.get(textAt(call, 0));
}

function details(call: Call): Answer {
  const record = recordOf(call);
  return record === undefined ? notFound : data(detailsOf(call.world, record));
}

function detailsOf(world: World, record: Recording): JsonObject {
  const marks = marksOf(world, record.id);
  const cameras = [...world.cameras.values()].filter((camera) => camera.roomId === record.roomId);
  return {
    ...rowOf(world, record),
    template: record.template,
    type: "record",
    cameras: Object.fromEntries(cameras.map((camera) => [String(camera.id), camera.name])),
    sharing: { users: record.users, groups: record.groups },
    retention: record.retention,
    ...(isVersionFive(world)
      ? { markers: marks.map(markerRow) }
      : { comments: marks.map((mark) => commentRow(world, mark)) }),
    videos: [
      { id: record.videoId, status: { type: record.durationSeconds === undefined ? "created" : "ready" } },
    ],
  };
}

function rowOf(world: World, record: Recording): JsonObject {
  const author = world.users.get(record.authorId);
  return {
    id: record.id,
    name: record.name,
    created: record.createdSeconds,
    duration: durationOf(world, record),
    author: { id: record.authorId, name: author?.name ?? "" },
    room: { id: record.roomId, name: world.rooms.get(record.roomId)?.name ?? "" },
  };
}

/** Whole seconds; of a running recording, those so far. */
export function durationOf(world: World, record: Recording): number {
  const room = world.rooms.get(record.roomId);
  if (record.durationSeconds !== undefined || room === undefined) return record.durationSeconds ?? 0;
  return elapsedSeconds(world, presentMoment(world, room), world.clock.monotonicMs());
}

function search(call: Call): Answer {
  const { world, body } = call;
  const wanted = (textOf(body, "search") ?? "").toLowerCase();
  const fromSeconds = dayOf(body, "start_date") ?? 0;
  const untilSeconds = (dayOf(body, "end_date") ?? Number.POSITIVE_INFINITY) + 86_400;
  const offset = wholeOf(body, "offset") ?? 0;
  const found = [...world.recordings.values()]
    .filter((record) => record.name.toLowerCase().includes(wanted))
    .filter((record) => record.createdSeconds >= fromSeconds && record.createdSeconds < untilSeconds)
    .reverse()
    .slice(offset, offset + (wholeOf(body, "limit") ?? 100))
    .map((record) => rowOf(world, record));
  // The 2020 page shows an object with `records`, the vendor's client takes a list: by version (inferred).
  return data(isVersionFive(world) ? { records: found } : found);
}

/** `MM-DD-YYYY` as seconds since 1970 (UTC). */
function dayOf(body: JsonObject, member: string): number | undefined {
  const [, month, day, year] = /^(\d{2})-(\d{2})-(\d{4})$/.exec(textOf(body, member) ?? "") ?? [];
  if (month === undefined) return undefined;
  return daysSince1970(Number(year), Number(month), Number(day)) * 86_400;
}

/** Gregorian. Years are counted from March, so that the leap day is a year's last. */
function daysSince1970(year: number, month: number, day: number): number {
  const years = month > 2 ? year : year - 1;
  const months = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  const daysBeforeMonth = Math.floor((153 * months + 2) / 5);
  const DAYS_UNTIL_1970 = 719_469;
  return years * 365 + leapDays + daysBeforeMonth + day - DAYS_UNTIL_1970;
}

function update(call: Call): Answer {
  const record = recordOf(call);
  if (record === undefined) return notFound;
  const { body } = call;
  record.name = textOf(body, "name") ?? record.name;
  record.template = body.template ?? record.template;
  record.retention = body.retention ?? record.retention;
  const share = asObject(body.share) ?? {};
  if (share.users !== undefined) record.users = numbersOf(share.users);
  if (share.groups !== undefined) record.groups = numbersOf(share.groups);
  return data({ id: record.id });
}

function remove(call: Call): Answer {
  const record = recordOf(call);
  if (record === undefined) return notFound;
  call.world.recordings.delete(String(record.id));
  return data({ id: record.id });
}

function share(call: Call): Answer {
  const record = recordOf(call);
  if (record === undefined) return notFound;
  return data({ url: `/share/${record.id}` });
}

function endSharing(call: Call): Answer {
  return recordOf(call) === undefined ? notFound : data({ message: "share removed" });
}

function cut(call: Call): Answer {
  const { world, body } = call;
  const record = recordOf(call);
  if (record === undefined) return notFound;
  const start = wholeOf(body, "start_time");
  const end = wholeOf(body, "end_time");
  if (start === undefined || end === undefined || end <= start) return badRequest("The times are not valid");
  const clip: Recording = {
    ...record,
    id: nextRecordId(world, "recording"),
    videoId: nextRecordId(world, "video"),
    name: `${record.name} (clip)`,
    createdSeconds: epochSeconds(world),
    durationSeconds: end - start,
  };
  world.recordings.set(String(clip.id), clip);
  return data({ clip_id: clip.id, message: "The cut is started" });
}

function tellCut(call: Call): Answer {
  return recordOf(call) === undefined ? notFound : data({ status: true });
}
