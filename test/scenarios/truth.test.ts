import { expect, test } from "vitest";
import type { Fault, Simulator } from "../../src/simulator/server.ts";
import { rest, type Surface, startRig, type Told, until } from "../support/rig.ts";

const STATE = "/valt/room/interview-1/state";
const PENDING = "/valt/room/interview-1/pending";
const UNDER_WAY = {
  start: { pending: "starting", status: "recording" },
  stop: { pending: "stopping", status: "available" },
} as const;
/** Three looks, 200 ms apart, and what timers and sockets may take. */
const FRESH_MS = 600;
const SLACK_MS = 300;

test.concurrent("red is never older than the freshness limit, whatever the server does", async ({
  onTestFinished,
}) => {
  const { simulator, surface } = await startRig({ deadlineMs: 400, onTestFinished });
  const saidRedMs = noteRedAnswers(simulator);
  await subscribe(surface);
  surface.send("/valt/room/interview-1/start");
  await told(surface, "recording");
  // On a starved machine some of what goes wrong is over before anybody looks: then once more.
  for (let round = 1; round <= 3 && surface.all(STATE).length <= 8; round++) await misbehave(simulator);
  await told(surface, "recording");
  const worstMs = oldestRedMs(surface.all(STATE), saidRedMs);
  expect(surface.all(STATE).length).toBeGreaterThan(8);
  expect(worstMs).toBeLessThan(FRESH_MS + SLACK_MS);
});

test.concurrent.for(["down", "hanging", "answering with pages"] as const)(
  "a server that is %s makes a red room unknown within the freshness limit, never available, and back",
  async (ailment, { onTestFinished }) => {
    const { simulator, surface } = await startRig({ deadlineMs: 400, onTestFinished });
    await subscribe(surface);
    surface.send("/valt/room/interview-1/start");
    await told(surface, "recording");
    if (ailment === "down") await simulator.down();
    else if (ailment === "hanging") simulator.fault({ kind: "hang" });
    else simulator.fault({ kind: "spoil", how: "html" });
    const lostMs = performance.now();
    await told(surface, "unknown");
    expect(performance.now() - lostMs).toBeLessThan(FRESH_MS + SLACK_MS);
    simulator.somebodyElse(1, "stop");
    await rest(300);
    const since = surface.all(STATE).filter(({ atMs }) => atMs > lostMs);
    expect(new Set(since.map(({ values }) => values[0]))).toEqual(new Set(["unknown"]));
    simulator.clearFaults();
    await told(surface, "available");
  },
);

test.concurrent.for([
  [0, ["start", "stop"]],
  [1000, ["start", "stop"]],
  [3000, ["start"]],
] as const)(
  "with a status that lags %i ms a command stays pending until the server says so, and nothing flickers",
  async ([lagMs, wishes], { onTestFinished }) => {
    const { surface } = await startRig({ simulator: { lagMs }, onTestFinished });
    await subscribe(surface);
    const expected = { states: ["available"], pending: [""] };
    for (const wish of wishes) {
      // Changes within 50 ms are told as one.
      await rest(60);
      surface.send(`/valt/room/interview-1/${wish}`);
      await until(wish, () => surface.last(PENDING)?.[0] === UNDER_WAY[wish].pending);
      await until("its end", () => surface.last(PENDING)?.[0] === "");
      expected.states.push(UNDER_WAY[wish].status);
      expected.pending.push(UNDER_WAY[wish].pending, "");
    }
    await rest(200);
    expect(changes(surface.all(STATE))).toEqual(expected.states);
    expect(changes(surface.all(PENDING))).toEqual(expected.pending);
    expect(surface.all("/valt/error")).toEqual([]);
  },
);

test("what somebody else does is told: start, pause, resume, stop, lock and unlock", async () => {
  const { simulator, surface } = await startRig();
  await subscribe(surface);
  const deeds = [
    ["start", "recording"],
    ["pause", "paused"],
    ["resume", "recording"],
    ["stop", "available"],
    ["lock", "locked"],
    ["unlock", "available"],
    ["prepare", "prepared"],
  ] as const;
  for (const [deed, status] of deeds) {
    simulator.somebodyElse(1, deed);
    await told(surface, status);
  }
  expect(changes(surface.all(STATE))).toEqual(["available", ...deeds.map(([, status]) => status)]);
});

test("one of 200 rooms that changes is told within two seconds although its own look is a minute away", async () => {
  const { simulator, surface, bridge } = await startRig({
    simulator: { rooms: 200 },
    rooms: numberedRooms(200),
    timing: { idlePollMs: 60_000, freshMs: 180_000 },
  });
  await until("all rooms", () => bridge.status().rooms.every(({ knowledge }) => knowledge === "live"));
  surface.send("/valt/subscribe", 60);
  simulator.somebodyElse(150, "start");
  const changedMs = performance.now();
  await until("room 150", () => surface.last("/valt/room/room-150/state")?.[0] === "recording");
  expect(performance.now() - changedMs).toBeLessThan(2000);
});

test("a server whose list only names the rooms is asked once for it, and rooms change with their own look", async () => {
  const { simulator, bridge } = await startRig({
    simulator: { rooms: 20, bulkDetail: "names" },
    rooms: numberedRooms(20),
    timing: { idlePollMs: 3000, freshMs: 9000 },
  });
  await until("all rooms", () => bridge.status().rooms.every(({ knowledge }) => knowledge === "live"));
  for (let room = 1; room <= 20; room++) simulator.somebodyElse(room, "start");
  const changedMs = performance.now();
  await until("all red", () => bridge.status().rooms.every(({ status }) => status === "recording"));
  // Their looks are spread over the interval.
  expect(performance.now() - changedMs).toBeGreaterThan(2100);
  // Once by those who look, once by the check of the site.
  expect(simulator.requests.count("GET rooms/info")).toBe(2);
});

async function subscribe(surface: Surface): Promise<void> {
  surface.send("/valt/subscribe", 60);
  await told(surface, "available");
}

function told(surface: Surface, status: string): Promise<true> {
  return until(status, () => surface.last(STATE)?.[0] === status, 9000);
}

/** Without what is told before the first look. */
function changes(all: readonly Told[]): readonly unknown[] {
  const known = all.map(({ values }) => values[0]).filter((value) => value !== "unknown");
  return known.filter((value, index) => value !== known[index - 1]);
}

function numberedRooms(count: number): Record<string, number> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`room-${index + 1}`, index + 1]));
}

/** Six ways of going wrong, with somebody else changing the room all the while. */
async function misbehave(simulator: Simulator): Promise<void> {
  const faults: readonly Fault[] = [
    { kind: "latency", ms: [50, 450] },
    { kind: "hang" },
    { kind: "drop", when: "after-acting", probability: 0.5 },
    { kind: "error", status: 503 },
    { kind: "hang", when: "after-acting", probability: 0.5 },
    { kind: "down" },
  ];
  for (const fault of faults) {
    simulator.fault(fault);
    await rest(300);
    simulator.somebodyElse(1, "stop");
    await rest(400);
    simulator.clearFaults();
    simulator.somebodyElse(1, "start");
    await rest(300);
  }
}

/** When the server said "recording", growing. */
function noteRedAnswers(simulator: Simulator): readonly number[] {
  const saidMs: number[] = [];
  simulator.requests.onAnswer(({ path, answerStatus }) => {
    if (path !== "rooms/1/status" || answerStatus !== 200) return;
    if (simulator.world.room(1)?.status === "recording") saidMs.push(performance.now());
  });
  return saidMs;
}

/** The greatest age that any red had at any moment; infinite for a red that the server never said. */
function oldestRedMs(states: readonly Told[], saidMs: readonly number[]): number {
  let worstMs = 0;
  for (const [index, { atMs, values }] of states.entries()) {
    if (values[0] !== "recording") continue;
    const untilMs = states[index + 1]?.atMs ?? performance.now();
    const moments = [atMs, untilMs, ...saidMs.filter((one) => one > atMs && one < untilMs)];
    for (const momentMs of moments) {
      const lastMs = saidMs.findLast((one) => one < momentMs) ?? -Infinity;
      worstMs = Math.max(worstMs, momentMs - lastMs);
    }
  }
  return worstMs;
}
