import { expect, test } from "vitest";
import { valtRoomId } from "../../src/base/identifiers.ts";
import { fail, succeed } from "../../src/base/result.ts";
import { startBulkWatch } from "../../src/room/bulk-watch.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { failures } from "../support/fake-valt.ts";

/** Asks for the list each second, and is answered 200 ms later. */
function createSetting(clock = createFakeClock()) {
  const server = { isFailing: false, isWorthwhile: true, askedMs: [] as number[] };
  const told: unknown[] = [];
  const rooms = async () => {
    server.askedMs.push(clock.monotonicMs());
    await new Promise<void>((resolve) => clock.after(200, resolve));
    if (server.isFailing) return fail(failures.refused);
    return succeed([{ id: valtRoomId(4), name: "x", hasRecording: true }]);
  };
  const list = startBulkWatch({
    clock,
    valt: () => ({ rooms }) as never,
    worthwhile: () => server.isWorthwhile,
    requestsPerSecond: () => 20,
    asked: () => undefined,
    told: (listed, sentMs) => told.push([listed && [...listed], sentMs]),
  });
  /** Until so many more questions have been answered. */
  const hear = async (count: number) => {
    for (const target = told.length + count; told.length < target; ) await clock.advance(100);
  };
  return { clock, server, told, list, hear };
}

test("a list of one room tells, and what it tells is as old as the question before the answer", async () => {
  const { told, list, hear } = createSetting();
  expect([list.state(), list.pace()]).toEqual(["hopeful", undefined]);
  await hear(2);
  expect(told).toEqual([
    [[[4, "recording"]], 1000],
    [[[4, "recording"]], 2000],
  ]);
  expect([list.state(), list.pace()]).toEqual(["telling", { perSecond: 1, oldestMs: 1200 }]);
});

test("a list is given up after three failures in a row, and not before", async () => {
  const { server, list, hear } = createSetting();
  const states: string[] = [];
  server.isFailing = true;
  for (let count = 0; count < 3; count++) {
    await hear(1);
    states.push(list.state());
  }
  server.isFailing = false;
  await hear(1);
  states.push(list.state());
  server.isFailing = true;
  for (let count = 0; count < 3; count++) {
    await hear(1);
    states.push(list.state());
  }
  const failing = ["hopeful", "hopeful", "given-up"];
  expect(states).toEqual([...failing, "telling", ...failing]);
});

test("after an answer, one failure is an accident again, and the list is soon asked for again", async () => {
  const { server, list, hear } = createSetting();
  server.isFailing = true;
  await hear(3);
  server.isFailing = false;
  await hear(1);
  server.isFailing = true;
  await hear(2);
  expect(list.state()).toBe("hopeful");
  const [before = 0, last = 0] = server.askedMs.slice(-2);
  expect(last - before).toBe(3000);
});

test("another server is asked at once, and soon again after its first failure", async () => {
  const { clock, server, list, hear } = createSetting();
  server.isFailing = true;
  await hear(5);
  list.retry();
  const retriedMs = clock.monotonicMs();
  await hear(2);
  expect(list.state()).toBe("hopeful");
  const [before = 0, last = 0] = server.askedMs.slice(-2);
  expect(before - retriedMs).toBeLessThanOrEqual(1000);
  expect(last - before).toBe(3000);
});

test("another server has told nothing so far", async () => {
  const { server, list, hear, clock } = createSetting();
  await hear(2);
  list.retry();
  expect([list.state(), list.pace()]).toEqual(["hopeful", undefined]);
  await clock.advance(60_000);
  server.isFailing = true;
  await hear(1);
  server.isFailing = false;
  await hear(1);
  expect(list.pace()?.oldestMs).toBe(1200);
});

test("what another server tells is no older for what was told before it", async () => {
  const { server, list, hear, clock } = createSetting();
  await hear(2);
  server.isWorthwhile = false;
  await clock.advance(60_000);
  list.retry();
  server.isWorthwhile = true;
  await hear(1);
  expect(list.pace()?.oldestMs).toBe(1200);
});

test("a second that is noticed late does not put off the next one", async () => {
  const clock = createFakeClock();
  let passSecond = (): void => undefined;
  const every = (_: number, task: () => void) => {
    passSecond = task;
    return () => undefined;
  };
  const { server } = createSetting({ ...clock, every });
  for (const byMs of [1400, 600, 1000]) {
    await clock.advance(byMs);
    passSecond();
  }
  expect(server.askedMs).toEqual([1400, 2000, 3000]);
});

test("an answer to a question from before a leap of the clocks tells nothing", async () => {
  const { clock, told } = createSetting();
  await clock.advance(1100);
  clock.jumpWall(3_600_000);
  await clock.advance(300);
  expect(told).toEqual([]);
});
