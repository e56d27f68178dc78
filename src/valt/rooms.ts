import { type RecordingId, recordingId, type ValtRoomId, valtRoomId } from "../base/identifiers.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { asRoomStatus, ROOM_STATUSES, type RoomStatus, tidy } from "./answers.ts";
import { malformedAnswer, type ValtFailure } from "./failure.ts";
import {
  asFields,
  type Fields,
  readFlag,
  readId,
  readList,
  readNumber,
  readText,
  readWholeNumber,
  unwrapData,
} from "./fields.ts";
import { toPathPart } from "./path-part.ts";
import type { Ask } from "./request.ts";

/** What the server says of one room now. */
export interface RoomStatusAnswer {
  readonly status: RoomStatus;
  /** Only while there is a recording, paused or not. */
  readonly recordingId?: RecordingId;
  /** Whether this account may see that recording. */
  readonly recordingAccess?: boolean;
}

/** A room with its recording; times in seconds. */
export interface RoomInfo {
  readonly id: ValtRoomId;
  readonly name: string;
  /** Also true while the recording is paused. */
  readonly hasRecording: boolean;
  readonly recording?: {
    readonly id: RecordingId;
    /** Elapsed; 0 just after the start. Inferred: paused stretches do not count. */
    readonly timeSeconds: number;
  };
}

/** A room as the list of all rooms has it. */
export interface RoomSummary {
  readonly id: ValtRoomId;
  readonly name: string;
  /** Inferred: given when the list carries what the answer for a single room carries. */
  readonly hasRecording?: boolean;
  readonly recordingId?: RecordingId;
}

/** What the server says of one recording. */
export interface RecordingDetails {
  readonly name: string;
  /** Whose it is; what a start does not say otherwise belongs to the account that started it. */
  readonly authorName?: string;
  /** Wall time, milliseconds since 1970. Inferred: when the recording began. */
  readonly createdAtMs?: number;
}

/** The vendor's numbers: 0 error, 1 available, 2 recording, 3 paused, 4 locked, 5 prepared. */
export type RoomStatusCode = 0 | 1 | 2 | 3 | 4 | 5;

/** What can be read about rooms. */
export interface RoomCalls {
  /** The one to poll: a single cheap request. */
  roomStatus(room: ValtRoomId): Promise<Result<RoomStatusAnswer, ValtFailure>>;
  roomInfo(room: ValtRoomId): Promise<Result<RoomInfo, ValtFailure>>;
  /** The rooms this account may see. */
  rooms(): Promise<Result<readonly RoomSummary[], ValtFailure>>;
  /** The status as the vendor's number; every failure is 0. */
  roomStatusCode(room: ValtRoomId): Promise<RoomStatusCode>;
  /** True while a recording exists, paused or not. */
  isRecording(room: ValtRoomId): Promise<Result<boolean, ValtFailure>>;
  isPaused(room: ValtRoomId): Promise<Result<boolean, ValtFailure>>;
  isLocked(room: ValtRoomId): Promise<Result<boolean, ValtFailure>>;
  /** `undefined`: nothing is being recorded. */
  recordingId(room: ValtRoomId): Promise<Result<RecordingId | undefined, ValtFailure>>;
  /** Elapsed seconds; `undefined`: nothing is being recorded. */
  recordingTime(room: ValtRoomId): Promise<Result<number | undefined, ValtFailure>>;
  roomName(room: ValtRoomId): Promise<Result<string, ValtFailure>>;
  /** How long a recording is, in seconds, pauses left out; also of one that has ended. */
  recordingSeconds(recording: RecordingId): Promise<Result<number, ValtFailure>>;
  /** What a recording is called and whose it is; also of one that has ended. */
  recordingDetails(recording: RecordingId): Promise<Result<RecordingDetails, ValtFailure>>;
}

/** The calls, sent by `ask`. */
export function createRoomCalls(ask: Ask): RoomCalls {
  const askStatus = <Value>(room: ValtRoomId, choose: (answer: RoomStatusAnswer) => Value) =>
    ask({ path: `rooms/${room}/status` }, (body) => pick(readRoomStatus(body), choose));
  const askInfo = <Value>(room: ValtRoomId, choose: (info: RoomInfo) => Value) =>
    ask({ path: `rooms/info/${room}`, answer: "long" }, (body) => pick(readRoomInfo(body, room), choose));
  const askRecording = async <Value>(
    recording: RecordingId,
    read: (body: unknown) => Result<Value, ValtFailure>,
  ) => {
    const id = toPathPart(recording);
    return id.ok ? ask({ path: `records/${id.value}`, answer: "long" }, read) : id;
  };
  return {
    roomStatus: (room) => ask({ path: `rooms/${room}/status` }, recallRoomStatus),
    roomInfo: (room) => askInfo(room, (info) => info),
    rooms: () => ask({ path: "rooms/info", answer: "long" }, readRooms),
    async roomStatusCode(room) {
      const code = await askStatus(room, ({ status }) => ROOM_STATUSES.indexOf(status) + 1);
      return code.ok ? (code.value as RoomStatusCode) : 0;
    },
    isRecording: (room) => askInfo(room, (info) => info.hasRecording),
    isPaused: (room) => askStatus(room, ({ status }) => status === "paused"),
    isLocked: (room) => askStatus(room, ({ status }) => status === "locked"),
    recordingId: (room) => askInfo(room, (info) => info.recording?.id),
    recordingTime: (room) => askInfo(room, (info) => info.recording?.timeSeconds),
    roomName: (room) => askInfo(room, (info) => info.name),
    recordingSeconds: (recording) => askRecording(recording, readRecordingLength),
    recordingDetails: (recording) => askRecording(recording, readRecordingDetails),
  };
}

function pick<From, To>(
  outcome: Result<From, ValtFailure>,
  choose: (value: From) => To,
): Result<To, ValtFailure> {
  return outcome.ok ? succeed(choose(outcome.value)) : outcome;
}

/** The same text of the server is the same body. */
function recallRoomStatus(body: unknown): Result<RoomStatusAnswer, ValtFailure> {
  if (typeof body !== "object" || body === null) return readRoomStatus(body);
  const read = statuses.get(body) ?? readRoomStatus(body);
  statuses.set(body, read);
  return read;
}

const statuses = new WeakMap<object, Result<RoomStatusAnswer, ValtFailure>>();

function readRoomStatus(body: unknown): Result<RoomStatusAnswer, ValtFailure> {
  const data = asFields(unwrapData(body));
  const status = asRoomStatus(data?.status);
  if (data === undefined || status === undefined) return fail(unknownStatus(data?.status));
  if (readFlag(data, "record") !== true) return succeed({ status });
  const id = readId(data, "record_id");
  const access = readFlag(data, "record_access");
  return succeed({
    status,
    ...(id === undefined ? {} : { recordingId: recordingId(id) }),
    ...(access === undefined ? {} : { recordingAccess: access }),
  });
}

function unknownStatus(said: unknown): ValtFailure {
  if (typeof said !== "string") return malformedAnswer("The server's answer carries no room status.");
  return malformedAnswer(`The server names a room status that is not known here: "${tidy(said)}".`);
}

/** The room's own id is not on any page; when it is missing, the one that was asked for stands. */
function readRoomInfo(body: unknown, room: ValtRoomId): Result<RoomInfo, ValtFailure> {
  const data = asFields(unwrapData(body));
  const name = data === undefined ? undefined : readText(data, "name");
  const hasRecording = data === undefined ? undefined : readFlag(data, "has_recording");
  if (data === undefined || name === undefined || hasRecording === undefined) {
    return fail(malformedAnswer("The server's answer does not describe a room."));
  }
  const said = data.id === undefined ? room : readWholeNumber(data, "id");
  if (said === undefined) return fail(malformedAnswer("The server's answer does not say which room it is."));
  const recording = readRecording(data);
  const info = { id: valtRoomId(said), name, hasRecording };
  return succeed(recording === undefined ? info : { ...info, recording });
}

/** Left out when its time cannot be read: a mark at a time that was made up would be worse than none. */
function readRecording(data: Fields): RoomInfo["recording"] {
  const id = readRunningId(data);
  const timeSeconds = readNumber(asFields(data.recording) ?? {}, "time");
  if (id === undefined || timeSeconds === undefined || timeSeconds < 0) return undefined;
  return { id, timeSeconds };
}

function readRunningId(data: Fields): RecordingId | undefined {
  const id = readId(asFields(data.recording) ?? {}, "id");
  return id === undefined ? undefined : recordingId(id);
}

function readRecordingLength(body: unknown): Result<number, ValtFailure> {
  const seconds = readNumber(asFields(unwrapData(body)) ?? {}, "duration");
  if (seconds === undefined || seconds < 0)
    return fail(malformedAnswer("The server's answer does not say how long the recording is."));
  return succeed(seconds);
}

function readRecordingDetails(body: unknown): Result<RecordingDetails, ValtFailure> {
  const data = asFields(unwrapData(body)) ?? {};
  const name = readText(data, "name");
  if (name === undefined)
    return fail(malformedAnswer("The server's answer does not say what the recording is called."));
  const authorName = readText(asFields(data.author) ?? {}, "name");
  const createdSeconds = readNumber(data, "created");
  return succeed({
    name,
    ...(authorName === undefined ? {} : { authorName }),
    ...(createdSeconds === undefined ? {} : { createdAtMs: createdSeconds * 1000 }),
  });
}

function readRooms(body: unknown): Result<readonly RoomSummary[], ValtFailure> {
  const list = readList(body, "rooms");
  if (list === undefined) return fail(malformedAnswer("The server's answer carries no list of rooms."));
  return succeed(list.flatMap((room) => readSummary(room) ?? []));
}

/** Of a list: what is longer is no room that anybody could mean, and many of them would take long to read. */
const LONGEST_NAME = 1000;

function readSummary(room: Fields): RoomSummary | undefined {
  const id = readWholeNumber(room, "id");
  const name = readText(room, "name", LONGEST_NAME);
  if (id === undefined || name === undefined) return undefined;
  const running = readRunningId(room);
  const hasRecording = readFlag(room, "has_recording");
  return {
    id: valtRoomId(id),
    name,
    ...(hasRecording === undefined ? {} : { hasRecording }),
    ...(running === undefined ? {} : { recordingId: running }),
  };
}
