import type { Result } from "../base/result.ts";
import type { RecordId, RoomMoment, RoomRefusal, RoomVerb } from "./room-machine.ts";
import { elapsedMsAt, nextMoment } from "./room-machine.ts";
import { LONGEST_LAG_MS } from "./settings.ts";
import type { Recording, Room, World } from "./world.ts";
import { epochSeconds, isVersionFive } from "./world.ts";

/** VALT 5 counts recordings; a fresh simulator behaves as if it had seen some. */
const FIRST_RECORD_ID = 601;

interface RoomOrder {
  readonly verb: RoomVerb;
  readonly userId: number;
  /** Of the recording, with `start`. */
  readonly name?: string;
  readonly template?: unknown;
  readonly users?: readonly number[];
  readonly groups?: readonly number[];
}

/** Carries out an order, whoever gives it. The moment is the same object when nothing changed. */
export function commandRoom(world: World, room: Room, order: RoomOrder): Result<RoomMoment, RoomRefusal> {
  const before = presentMoment(world, room);
  const outcome = nextMoment(before, {
    verb: order.verb,
    atMs: world.clock.monotonicMs(),
    userId: order.userId,
    pauses: world.settings.pauses,
    beginRecording: () => beginRecording(world, room, order),
  });
  if (outcome.ok && outcome.value !== before) enter(world, room, outcome.value);
  return outcome;
}

/** The truth about a room. A recording that reached the longest duration ends here, at the right instant. */
export function presentMoment(world: World, room: Room): RoomMoment {
  const moment = lastOf(room);
  const limitMs = world.settings.maximumRecordingMs;
  if (moment.recordingId === undefined || limitMs === Number.POSITIVE_INFINITY) return moment;
  const nowMs = world.clock.monotonicMs();
  const overMs = elapsedMsAt(moment, nowMs, world.settings.pauses) - limitMs;
  if (overMs < 0) return moment;
  return enter(world, room, {
    status: "available",
    sinceMs: Math.max(moment.sinceMs, nowMs - overMs),
    recordingId: undefined,
    elapsedMs: 0,
    lockedBy: undefined,
  });
}

/** What the server says about a room, and as of when: the truth, or the truth some time ago. */
export function seenMoment(world: World, room: Room): { readonly moment: RoomMoment; readonly atMs: number } {
  const present = presentMoment(world, room);
  const nowMs = world.clock.monotonicMs();
  if (world.lagMs === 0) return { moment: present, atMs: nowMs };
  const atMs = nowMs - world.lagMs;
  const moment =
    room.moments.findLast((candidate) => candidate.sinceMs <= atMs) ?? room.moments[0] ?? present;
  return { moment, atMs };
}

/** Whole seconds of recorded time, as `recording.time` tells them. */
export function elapsedSeconds(world: World, moment: RoomMoment, atMs: number): number {
  return Math.floor(elapsedMsAt(moment, atMs, world.settings.pauses) / 1000);
}

/** The recording of a moment; undefined when it has none. */
export function recordingOf(world: World, moment: RoomMoment): Recording | undefined {
  return moment.recordingId === undefined ? undefined : world.recordings.get(String(moment.recordingId));
}

function beginRecording(world: World, room: Room, order: RoomOrder): RecordId {
  const recording: Recording = {
    id: nextRecordId(world, "recording"),
    name: order.name ?? `${room.name} recording`,
    roomId: room.id,
    authorId: order.userId,
    createdSeconds: epochSeconds(world),
    durationSeconds: undefined,
    videoId: nextRecordId(world, "video"),
    template: order.template ?? [],
    users: order.users ?? [],
    groups: order.groups ?? [],
    retention: { type: "inherit" },
  };
  world.recordings.set(String(recording.id), recording);
  return recording.id;
}

/** A number in VALT 5, a UUID in VALT 6 (inferred for videos). */
export function nextRecordId(world: World, kind: "recording" | "video"): RecordId {
  return isVersionFive(world) ? FIRST_RECORD_ID - 1 + world.nextId(kind) : world.chance.uuid();
}

function enter(world: World, room: Room, moment: RoomMoment): RoomMoment {
  const before = lastOf(room);
  const ended = before.recordingId !== moment.recordingId ? recordingOf(world, before) : undefined;
  if (ended !== undefined) ended.durationSeconds = elapsedSeconds(world, before, moment.sinceMs);
  room.moments.push(moment);
  const horizonMs = world.clock.monotonicMs() - LONGEST_LAG_MS;
  while ((room.moments[1]?.sinceMs ?? Number.POSITIVE_INFINITY) <= horizonMs) room.moments.shift();
  return moment;
}

function lastOf(room: Room): RoomMoment {
  const moment = room.moments.at(-1);
  if (moment === undefined) throw new Error(`room ${room.id} has no present`);
  return moment;
}
