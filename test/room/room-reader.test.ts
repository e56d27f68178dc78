import { describe, expect, test } from "vitest";
import { recordingId, roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { succeed } from "../../src/base/result.ts";
import { createRoomReader } from "../../src/room/room-reader.ts";
import { createRoomStore } from "../../src/room/store.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";

const ROOM = roomName("interview-1");

/** A server that answers when the test says so. */
function createReaderSetting() {
  const clock = createFakeClock();
  const timing = { freshMs: 6000, statusTrailsMs: 5000, lookWithinMs: 3000, troubleMs: 4000 };
  const store = createRoomStore({ clock, timingOf: () => timing });
  store.track([ROOM]);
  const answers: ((recording: number) => void)[] = [];
  const asked = <Answer>(answer: (recording: number) => Answer) =>
    new Promise<Answer>((resolve) => answers.push((recording) => resolve(answer(recording))));
  const reader = createRoomReader({
    clock,
    store,
    roomId: () => valtRoomId(4),
    valt: () => ({
      roomStatus: () =>
        asked((id) => succeed({ status: "recording" as const, recordingId: recordingId(id) })) as never,
      roomInfo: () =>
        asked((id) =>
          succeed({
            id: 4,
            name: "x",
            hasRecording: true,
            recording: { id: recordingId(id), timeSeconds: 7 },
          }),
        ) as never,
    }),
  });
  return { clock, store, reader, answers };
}

test("a look that was asked before the clocks leapt is asked again", async () => {
  const { clock, store, reader, answers } = createReaderSetting();
  const looking = reader.look(ROOM);
  clock.jumpWall(3_600_000);
  answers[0]?.(1);
  await settle();
  expect(store.get(ROOM).knowledge.kind).toBe("never-seen");
  await clock.advance(1000);
  answers[1]?.(2);
  await looking;
  expect(store.get(ROOM)).toMatchObject({ knowledge: { kind: "live" }, recording: { id: "2" } });
});

test("a reading that was asked before the clocks leapt is asked again, and is as old as the second question", async () => {
  const { clock, reader, answers } = createReaderSetting();
  const reading = reader.read(ROOM, 0);
  clock.jumpWall(-5000);
  await clock.advance(1000);
  answers[0]?.(1);
  await settle();
  expect(answers).toHaveLength(2);
  answers[1]?.(2);
  expect(await reading).toMatchObject({ ok: true, value: { sentMs: 1000, recording: { id: "2" } } });
});

describe("a server that answers at once", () => {
  const says = (answer: unknown) => ({ ok: true, value: answer }) as never;
  const fails = { ok: false, failure: failures.refused } as never;
  const running = { hasRecording: true, recording: { id: recordingId(616), timeSeconds: 7 } };

  function createSetting() {
    const clock = createFakeClock();
    const timing = { freshMs: 6000, statusTrailsMs: 5000, lookWithinMs: 3000, troubleMs: 4000 };
    const store = createRoomStore({ clock, timingOf: () => timing });
    store.track([ROOM]);
    const server = { answer: says(running), count: 0 };
    const answer = async () => {
      server.count++;
      return server.answer;
    };
    const roomId = (room: typeof ROOM) => (room === ROOM ? valtRoomId(4) : undefined);
    const valt = () => ({ roomInfo: answer, roomStatus: answer });
    return { clock, store, server, reader: createRoomReader({ clock, store, roomId, valt }) };
  }

  test("serves all who may use an answer that was asked late enough", async () => {
    const { clock, server, reader } = createSetting();
    await clock.advance(100);
    const readings = [reader.read(ROOM, 0), reader.read(ROOM, 100)];
    const expected = { sentMs: 100, receivedMs: 100, ...running };
    expect(await Promise.all(readings)).toEqual([expected, expected].map((value) => ({ ok: true, value })));
    expect(server.count).toBe(1);
    await clock.advance(50);
    await reader.read(ROOM, 100);
    expect(server.count).toBe(1);
    await reader.read(ROOM, 101);
    expect(server.count).toBe(2);
  });

  test("is asked anew after a failure", async () => {
    const { server, reader } = createSetting();
    server.answer = fails;
    expect(await reader.read(ROOM, 0)).toEqual({ ok: false, failure: failures.refused });
    server.answer = says(running);
    expect(await reader.read(ROOM, 0)).toMatchObject({ ok: true });
    expect(server.count).toBe(2);
  });

  test("tells how far the recording is, where it may be seen", async () => {
    const { clock, store, server, reader } = createSetting();
    server.answer = says({ status: "recording", recordingId: recordingId(616) });
    await reader.look(ROOM);
    server.answer = says({ hasRecording: true });
    expect(await reader.read(ROOM, 0)).toMatchObject({ ok: true, value: { hasRecording: true } });
    expect(store.get(ROOM).recording?.reading).toBeUndefined();
    server.answer = says(running);
    await clock.advance(1);
    await reader.read(ROOM, 1);
    expect(store.get(ROOM).recording?.reading).toEqual({ timeSeconds: 7, atMs: 1 });
  });

  test("gives a look, and the reason where it gives none", async () => {
    const { store, server, reader } = createSetting();
    server.answer = fails;
    await reader.look(ROOM);
    expect(store.get(ROOM).knowledge).toMatchObject({ kind: "never-seen", why: failures.refused.message });
    server.answer = says({ status: "available" });
    await reader.look(ROOM);
    expect(store.get(ROOM).knowledge).toMatchObject({ status: "available" });
  });

  test("is not asked about a room that the mapping does not name", async () => {
    const { server, reader } = createSetting();
    const elsewhere = roomName("elsewhere");
    expect(await reader.read(elsewhere, 0)).toMatchObject({ ok: false, failure: { kind: "not-found" } });
    await reader.look(elsewhere);
    expect(server.count).toBe(0);
  });
});
