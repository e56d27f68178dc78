import { expect, test } from "vitest";
import { roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { planPace, type Urgency } from "../../src/room/pace.ts";
import { Schedule } from "../../src/room/schedule.ts";
import { createWatched, type Watched } from "../../src/room/watched.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const settings = { activeMs: 1000, idleMs: 2000, hurriedMs: 250, requestsPerSecond: 20, freshMs: 6000 };

/** Rooms that have been looked at just now, and whose looks are answered at once. */
async function createSetting(...urgencies: readonly Urgency[]) {
  const clock = createFakeClock();
  const wanted = new Map<Watched, Urgency>();
  const looks: [name: string, atMs: number, purse: string][] = [];
  const schedule = new Schedule({
    clock,
    requestsPerSecond: () => 20,
    plan: (counts) => planPace(settings, counts, { list: undefined, answerMs: 0 }),
    isServerUp: () => true,
    urgencyOf: (room) => wanted.get(room) ?? room.urgency,
    look: (room, purse) => {
      looks.push([room.name, clock.monotonicMs(), purse]);
      room.looks++;
      schedule.planNext(room, clock.monotonicMs());
    },
  });
  const rooms = urgencies.map((urgency, index) => {
    const room = createWatched(roomName(`room-${index + 1}`), valtRoomId(index + 1), index);
    Object.assign(room, { urgency, turnMs: 0, looks: 1 });
    schedule.add(room);
    return room;
  });
  return { clock, schedule, rooms, wanted, looks };
}

test("a room that has become more urgent is looked at as soon as that is due", async () => {
  const { clock, schedule, rooms, wanted, looks } = await createSetting("listed");
  await clock.advance(5000);
  expect(looks).toEqual([]);
  wanted.set(rooms[0]!, "shown");
  schedule.review(rooms[0]!);
  await clock.advance(125);
  expect(looks).toEqual([["room-1", 5000, "round"]]);
  schedule.close();
});

test("what is due later puts off nothing that is due before", async () => {
  const { clock, schedule, rooms, wanted, looks } = await createSetting("shown", "listed");
  schedule.wake();
  wanted.set(rooms[1]!, "unlisted");
  schedule.review(rooms[1]!);
  await clock.advance(1125);
  expect(looks.map(([name]) => name)).toEqual(["room-1"]);
  schedule.close();
});

test("only looks after a command are paid from what is kept for these", async () => {
  const { clock, schedule, looks } = await createSetting("hurried", "running");
  schedule.wake();
  await clock.advance(250);
  expect(looks).toEqual([["room-1", 250, "hurried"]]);
  schedule.close();
});

test("after the end nothing is looked at, and no timer is left", async () => {
  const { clock, schedule, looks } = await createSetting("shown");
  schedule.wake();
  expect(clock.timerCount()).toBe(1);
  schedule.close();
  expect(clock.timerCount()).toBe(0);
  await clock.advance(5000);
  schedule.wake();
  expect(looks).toEqual([]);
});
