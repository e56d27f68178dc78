import type { Clock } from "../base/clock.ts";
import type { RecordingId, RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { Result } from "../base/result.ts";
import type { ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import { hasLeapt, noteClocks } from "./leap-watch.ts";
import type { RoomStore } from "./store.ts";

/** What `rooms/info/{r}` says about a room's recording, and when it was asked. */
interface RoomReading {
  readonly sentMs: number;
  readonly receivedMs: number;
  readonly hasRecording: boolean;
  /** Absent as well where the account may not see the recording. */
  readonly recording: { readonly id: RecordingId; readonly timeSeconds: number } | undefined;
}

export type ReadResult = Result<RoomReading, ValtFailure>;

/** Asks about one room out of turn, for whoever must know how it is now. */
export interface RoomReader {
  /** A reading that was asked at `sinceMs` or later: one answer serves all who may use it. */
  read(room: RoomName, sinceMs: number): Promise<ReadResult>;
  /** A look now; resolves when the room's state has been told. */
  look(room: RoomName): Promise<void>;
}

interface RoomReaderTools {
  /** The client of the room's server. */
  valt(room: RoomName): Pick<ValtClient, "roomInfo" | "roomStatus">;
  readonly clock: Clock;
  readonly store: RoomStore;
  roomId(room: RoomName): ValtRoomId | undefined;
}

interface Reading {
  readonly sentMs: number;
  readonly result: Promise<ReadResult>;
}

export function createRoomReader({ valt, clock, store, roomId }: RoomReaderTools): RoomReader {
  const readings = new Map<RoomName, Reading>();

  async function ask(room: RoomName, id: ValtRoomId): Promise<ReadResult> {
    const { answer, sentMs, receivedMs } = await inOneTime(() => valt(room).roomInfo(id));
    if (!answer.ok) return answer;
    const { hasRecording, recording } = answer.value;
    if (recording !== undefined) {
      const { id: recordingId, timeSeconds } = recording;
      store.tell(room, { kind: "timed", recordingId, timeSeconds, sentMs, receivedMs });
    }
    return { ok: true, value: { sentMs, receivedMs, hasRecording, recording } };
  }

  /** What was asked before the clocks leapt is as old as the leap is long: it is asked again. */
  async function inOneTime<Answer>(question: () => Promise<Answer>) {
    for (;;) {
      const clocks = noteClocks(clock);
      const sentMs = clock.monotonicMs();
      const answer = await question();
      if (!hasLeapt(clock, clocks)) return { answer, sentMs, receivedMs: clock.monotonicMs() };
    }
  }

  return {
    read(room, sinceMs) {
      const last = readings.get(room);
      if (last !== undefined && last.sentMs >= sinceMs) return last.result;
      const id = roomId(room);
      if (id === undefined) return Promise.resolve({ ok: false, failure: noSuchRoom });
      const sentMs = clock.monotonicMs();
      const reading = { sentMs, result: ask(room, id) };
      readings.set(room, reading);
      void reading.result.then(({ ok }) => {
        if (!ok && readings.get(room) === reading) readings.delete(room);
      });
      return reading.result;
    },
    async look(room) {
      const id = roomId(room);
      if (id === undefined) return;
      const { answer, sentMs, receivedMs } = await inOneTime(() => valt(room).roomStatus(id));
      if (answer.ok) {
        const { status, recordingId } = answer.value;
        store.tell(room, { kind: "seen", status, recordingId, sentMs, receivedMs });
      } else store.tell(room, { kind: "not-seen", failure: answer.failure, sentMs, atMs: receivedMs });
    },
  };
}

const noSuchRoom: ValtFailure = {
  kind: "not-found",
  message: "The mapping names no such room.",
  heard: "no",
  again: "never",
};
