import { recordingId, roomName, type ValtRoomId, valtRoomId } from "../../src/base/identifiers.ts";
import type { Log } from "../../src/base/log.ts";
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
}

/** A poller with a real store and a server whose answers take their time. */
export async function createPollerSetting(settings: PollerSettings = {}) {
  const { rooms = 1, status = "available", requestsPerSecond = 20, latencyMs = 10, startMs = 0 } = settings;
  const clock = createFakeClock();
  await clock.advance(startMs);
  const names = Array.from({ length: rooms }, (_, index) => roomName(`room-${index + 1}`));
  const ids = new Map(names.map((name, index) => [name, valtRoomId(index + 1)]));
  const server = {
    statuses: new Map<number, RoomStatus>(),
    failure: undefined as ValtFailure | undefined,
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
      clock.after(latencyMs, () => {
        underWay--;
        resolve(server.failure === undefined ? succeed(answer()) : fail(server.failure));
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
        [...ids.values()].map((id) => ({
          id,
          name: "x",
          ...(server.tellsRecordings ? { hasRecording: isOn(id) } : {}),
        })),
      ),
  };
  let poller: Poller | undefined;
  const store = createRoomStore({
    clock,
    timingOf: (one) => ({
      freshMs: poller?.pace().freshMs(one) ?? 0,
      statusTrailsMs: 5000,
      lookWithinMs: 3000,
      troubleMs: 4000,
    }),
  });
  const logged: string[] = [];
  const log = { warn: (text: string) => logged.push(text), info: (text: string) => logged.push(text) };
  poller = new Poller({
    valt: () => valt,
    serverChanged: () => undefined,
    settings: () => ({
      activeMs: 2000,
      idleMs: 5000,
      hurriedMs: 250,
      requestsPerSecond,
      freshIntervals: 3,
    }),
    store,
    clock,
    log: log as unknown as Log,
  });
  store.track(names);
  poller.watch(ids);
  const requests = (what: Request["what"], room?: number) =>
    server.requests.filter((one) => one.what === what && (room === undefined || one.room === room));
  const timesOf = (what: Request["what"], room?: number) => requests(what, room).map(({ atMs }) => atMs);
  return { clock, store, poller, server, names, ids, requests, timesOf, logged };
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
