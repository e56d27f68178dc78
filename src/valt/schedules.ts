import { type ValtRoomId, valtRoomId } from "../base/identifiers.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { malformedAnswer, type ValtFailure } from "./failure.ts";
import {
  asFields,
  asFieldsList,
  type Fields,
  readList,
  readNumber,
  readText,
  readWholeNumber,
} from "./fields.ts";
import type { Ask } from "./request.ts";

/** A recording that VALT will start, or has started, on its own. */
export interface Schedule {
  readonly id: number;
  readonly name: string;
  /** Wall time, milliseconds since 1970. */
  readonly startsAtMs: number;
  readonly stopsAtMs: number;
  /** More than one only in later VALT 6. */
  readonly rooms: readonly ValtRoomId[];
  readonly authorName?: string;
  /** `pending` and `started` are documented. */
  readonly status?: string;
}

/** The schedules of one room, earliest first; the server knows only the list of all rooms. */
export function askSchedules(ask: Ask, room: ValtRoomId): Promise<Result<readonly Schedule[], ValtFailure>> {
  return ask({ path: "schedule", answer: "long" }, (body) => {
    const list = readList(body, "schedules");
    if (list === undefined) return fail(malformedAnswer("The server's answer carries no list of schedules."));
    const schedules = list.flatMap((fields) => readSchedule(fields) ?? []);
    const ofRoom = schedules.filter((schedule) => schedule.rooms.includes(room));
    return succeed(ofRoom.sort((first, second) => first.startsAtMs - second.startsAtMs));
  });
}

function readSchedule(fields: Fields): Schedule | undefined {
  const id = readWholeNumber(fields, "id");
  const startSeconds = readNumber(fields, "start_at");
  if (id === undefined || startSeconds === undefined) return undefined;
  const stopSeconds = readNumber(fields, "stop_at") ?? startSeconds + (readNumber(fields, "duration") ?? 0);
  const author = asFields(fields.author);
  const authorName = author === undefined ? undefined : readText(author, "name");
  const status = readText(fields, "status");
  return {
    id,
    name: readText(fields, "name") ?? "",
    startsAtMs: startSeconds * 1000,
    stopsAtMs: stopSeconds * 1000,
    rooms: readRoomIds(fields),
    ...(authorName === undefined ? {} : { authorName }),
    ...(status === undefined ? {} : { status }),
  };
}

/** `room` is VALT 5 and early 6, `rooms` is what the vendor's client reads since April 2026. */
function readRoomIds(fields: Fields): readonly ValtRoomId[] {
  const rooms = asFieldsList(fields.rooms) ?? asFieldsList([fields.room]) ?? [];
  return rooms.flatMap((room) => {
    const id = readWholeNumber(room, "id");
    return id === undefined ? [] : [valtRoomId(id)];
  });
}
