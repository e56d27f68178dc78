import {
  type RoomName,
  recordingId,
  roomName,
  type ValtRoomId,
  valtRoomId,
} from "../../src/base/identifiers.ts";
import type { Log, LogFields } from "../../src/base/log.ts";
import { fail, type Result, succeed } from "../../src/base/result.ts";
import { Poller } from "../../src/room/poller.ts";
import { createRoomStore } from "../../src/room/store.ts";
import type { RoomStatus } from "../../src/valt/answers.ts";
import type { ValtFailure } from "../../src/valt/failure.ts";
import { createFakeClock } from "../support/fake-clock.ts";

interface Request {
  readonly what: "status" | "info" | "all";
  readonly room: number;
  readonly atMs: number;
}

export interface PollerSettings {
  readonly rooms?: number;
  readonly status?: RoomStatus;
  readonly requestsPerSecond?: number;
  readonly latencyMs?: number;
  readonly startMs?: number;
  readonly freshMs?: number;
  readonly idleMs?: number;
  readonly activeMs?: number;
}

/** What answers a look at one room instead of its status, and how long that takes. */
export interface Ailment {
  readonly failure: ValtFailure;
  readonly afterMs: number;
}

/** A poller with a real store and a server whose answers take their time. */
export async function createPollerSetting(settings: PollerSettings = {}) {
  const { rooms = 1, status = "available", requestsPerSecond = 20, latencyMs = 10, startMs = 0 } = settings;
  const { freshMs = 6000, idleMs = 2000, activeMs = 2000 } = settings;
  const clock = createFakeClock();
  await clock.advance(startMs);
  const names = Array.from({ length: rooms }, (_, index) => roomName(`room-${index + 1}`));
  const ids = new Map(names.map((name, index) => [name, valtRoomId(index + 1)]));
  const server = {
    statuses: new Map<number, RoomStatus>(),
    failure: undefined as ValtFailure | undefined,
    ailing: new Map<number, Ailment>(),
    listFailure: undefined as ValtFailure | undefined,
    listLatencyMs: latencyMs,
    /** Rooms that the list leaves out. */
    unlisted: new Set<number>(),
    /** Where the list says otherwise than the rooms themselves. */
    listed: new Map<number, boolean>(),
    shown: new Set<RoomName>(),
    followed: false,
    timeSeconds: 5,
    tellsRecordings: true,
    requests: [] as Request[],
    most: 0,
  };
  let underWay = 0;
  const ask = <Value>(what: Request["what"], room: number, answer: () => Value) => {
    server.requests.push({ what, room, atMs: clock.monotonicMs() });
    underWay++;
    server.most = Math.max(server.most, underWay);
    return new Promise<Result<Value, ValtFailure>>((resolve) => {
      const ailment = what === "status" ? server.ailing.get(room) : undefined;
      const usualMs = what === "all" ? server.listLatencyMs : latencyMs;
      clock.after(ailment?.afterMs ?? usualMs, () => {
        underWay--;
        const failure =
          server.failure ?? ailment?.failure ?? (what === "all" ? server.listFailure : undefined);
        resolve(failure === undefined ? succeed(answer()) : fail(failure));
      });
    });
  };
  const statusOf = (room: number) => server.statuses.get(room) ?? status;
  const isOn = (room: number) => statusOf(room) === "recording" || statusOf(room) === "paused";
  const valt = {
    roomStatus: (room: ValtRoomId) =>
      ask("status", room, () => ({
        status: statusOf(room),
        ...(isOn(room) ? { recordingId: recordingId(600 + room) } : {}),
      })),
    roomInfo: (room: ValtRoomId) =>
      ask("info", room, () => ({
        id: room,
        name: "x",
        hasRecording: isOn(room),
        recording: { id: recordingId(600 + room), timeSeconds: server.timeSeconds },
      })),
    rooms: () =>
      ask("all", 0, () =>
        [...ids.values()]
          .filter((id) => !server.unlisted.has(id))
          .map((id) => ({
            id,
            name: "x",
            ...(server.tellsRecordings ? { hasRecording: server.listed.get(id) ?? isOn(id) } : {}),
          })),
      ),
  };
  const store = createRoomStore({
    clock,
    timingOf: () => ({ freshMs, statusTrailsMs: 5000, lookWithinMs: 3000, troubleMs: 4000 }),
  });
  const logged: string[] = [];
  const note = (text: string, fields: LogFields) => {
    logged.push(text);
    if (fields.rooms !== undefined) faults.push(fields);
  };
  const faults: LogFields[] = [];
  const log = { warn: note, info: note };
  const servers: string[] = [];
  const poller = new Poller({
    valt: () => valt,
    serverChanged: (state) => servers.push(state),
    settings: () => ({ activeMs, idleMs, hurriedMs: 250, requestsPerSecond, freshMs }),
    shown: () => server.shown,
    followed: () => server.followed,
    store,
    clock,
    log: log as unknown as Log,
  });
  store.track(names);
  poller.watch(ids);
  const requests = (what?: Request["what"], room?: number) =>
    server.requests.filter(
      (one) => (what === undefined || one.what === what) && (room === undefined || one.room === room),
    );
  const timesOf = (what?: Request["what"], room?: number) => requests(what, room).map(({ atMs }) => atMs);
  const agesMs = () =>
    names.map((name) => {
      const { knowledge } = store.get(name);
      return knowledge.kind === "live" ? clock.monotonicMs() - knowledge.seenAtMs : Infinity;
    });
  return { clock, store, poller, server, names, ids, requests, timesOf, agesMs, logged, faults, servers };
}

/** The most that happened in any stretch of that length. */
export function mostWithin(timesMs: readonly number[], stretchMs: number): number {
  let first = 0;
  let most = 0;
  for (const [index, timeMs] of timesMs.entries()) {
    while ((timesMs[first] ?? 0) <= timeMs - stretchMs) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}
