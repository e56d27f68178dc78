import { marksOf } from "./marks.ts";
import { durationOf } from "./recordings.ts";
import { elapsedSeconds, presentMoment, recordingOf } from "./room-commands.ts";
import type { RecordId, RoomStatus } from "./room-machine.ts";
import type { JsonObject } from "./route.ts";
import { runSchedules } from "./scheduler.ts";
import type { Recording, Room, World } from "./world.ts";

/** A room as it truly is, without lag. */
export interface RoomSnapshot {
  readonly id: number;
  readonly name: string;
  readonly status: RoomStatus;
  /** As on the wire: a number in VALT 5, a UUID in VALT 6. */
  readonly recordingId: RecordId | undefined;
  readonly recordingName: string | undefined;
  /** The user id of whoever started it. */
  readonly authorId: number | undefined;
  /** Whole seconds; 0 without a recording. */
  readonly elapsedSeconds: number;
  readonly lockedBy: number | undefined;
  /** Of the running recording, in the order of arrival. */
  readonly marks: readonly MarkSnapshot[];
}

/** A mark as it is on the server; `timeSeconds` is into its recording. */
export interface MarkSnapshot {
  readonly id: number;
  readonly recordingId: RecordId;
  readonly text: string | null;
  readonly timeSeconds: number;
  readonly color: string;
  readonly authorId: number;
}

/** A recording as it is on the server. */
export interface RecordingSnapshot {
  readonly id: RecordId;
  readonly name: string;
  readonly roomId: number;
  readonly authorId: number;
  readonly durationSeconds: number;
  readonly running: boolean;
  readonly marks: readonly MarkSnapshot[];
  readonly share: { readonly users: readonly number[]; readonly groups: readonly number[] };
  /** What was filled in at the start, by field id. */
  readonly template: JsonObject;
}

/** The truth, for tests and for the control API. */
export interface SimulatorWorld {
  room(id: number): RoomSnapshot | undefined;
  rooms(): readonly RoomSnapshot[];
  /** Oldest first. */
  recordings(): readonly RecordingSnapshot[];
  /** A number or its text. */
  recording(id: RecordId): RecordingSnapshot | undefined;
  /** The preset applied last to a camera. */
  appliedPreset(cameraId: number): string | undefined;
}

/** The world as it is when it is asked, without the faults. */
export function lookInto(world: World): SimulatorWorld {
  const seen = (room: Room): RoomSnapshot => {
    runSchedules(world);
    return roomSnapshot(world, room);
  };
  return {
    room: (id) => {
      const room = world.rooms.get(id);
      return room === undefined ? undefined : seen(room);
    },
    rooms: () => [...world.rooms.values()].map(seen),
    recordings: () => [...world.recordings.values()].map((record) => recordingSnapshot(world, record)),
    recording: (id) => {
      const record = world.recordings.get(String(id));
      return record === undefined ? undefined : recordingSnapshot(world, record);
    },
    appliedPreset: (cameraId) => world.cameras.get(cameraId)?.appliedPreset,
  };
}

function roomSnapshot(world: World, room: Room): RoomSnapshot {
  const moment = presentMoment(world, room);
  const record = recordingOf(world, moment);
  return {
    id: room.id,
    name: room.name,
    status: moment.status,
    recordingId: moment.recordingId,
    recordingName: record?.name,
    authorId: record?.authorId,
    elapsedSeconds: elapsedSeconds(world, moment, world.clock.monotonicMs()),
    lockedBy: moment.lockedBy,
    marks: record === undefined ? [] : marksOf(world, record.id).map(markSnapshot),
  };
}

function recordingSnapshot(world: World, record: Recording): RecordingSnapshot {
  const durationSeconds = durationOf(world, record);
  return {
    id: record.id,
    name: record.name,
    roomId: record.roomId,
    authorId: record.authorId,
    durationSeconds,
    running: record.durationSeconds === undefined,
    marks: marksOf(world, record.id).map(markSnapshot),
    share: { users: record.users, groups: record.groups },
    template: (record.template ?? {}) as JsonObject,
  };
}

function markSnapshot(mark: MarkSnapshot): MarkSnapshot {
  const { id, recordingId, text, timeSeconds, color, authorId } = mark;
  return { id, recordingId, text, timeSeconds, color, authorId };
}
