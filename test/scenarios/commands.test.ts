import { expect, test } from "vitest";
import type { Fault, Simulator } from "../../src/simulator/server.ts";
import { type Rig, type RigSettings, rest, type Surface, startRig, until } from "../support/rig.ts";

const START = "/valt/room/interview-1/start";
const STOP = "/valt/room/interview-1/stop";
const TOGGLE = "/valt/room/interview-1/toggle";
const UNLIMITED = { limit: { perSecond: 100_000, burst: 100_000 } };

test("start asked for a thousand times starts one recording, and everybody is told that it is so", async () => {
  const { simulator, surface } = await startIdle({ device: UNLIMITED });
  await burst(surface, START, 1000);
  await until("recording", () => roomIs(simulator, "recording"));
  await until("the answers", () => surface.all("/valt/ok").length > 800);
  // Those that come while one is under way share its answer; others are asked for anew, for a look may be old.
  expect(posts(simulator, "start")).toBeLessThan(100);
  expect(surface.all("/valt/error")).toEqual([]);
  expect(simulator.world.recordings()).toHaveLength(1);
});

test("a toggle mashed a thousand times is one command; after a rest the next one is another", async () => {
  const { simulator, surface } = await startIdle({ device: UNLIMITED });
  await burst(surface, TOGGLE, 1000);
  await until("recording", () => surface.last("/valt/room/interview-1/state")?.[0] === "recording");
  await rest(600);
  expect([posts(simulator, "start"), posts(simulator, "stop")]).toEqual([1, 0]);
  surface.send(TOGGLE);
  await until("available", () => roomIs(simulator, "available"));
  expect([posts(simulator, "start"), posts(simulator, "stop")]).toEqual([1, 1]);
});

test("start twice is started: the server refuses the second, and it is so already", async () => {
  const { simulator, surface } = await startRecording();
  surface.send(START);
  expect(await answer(surface, START, 2)).toEqual(["/valt/ok", "already-so"]);
  expect(posts(simulator, "start")).toBe(2);
  expect(simulator.world.recordings()).toHaveLength(1);
});

test("pause, resume, lock and unlock are done once each and answered", async () => {
  const { simulator, surface } = await startRecording();
  for (const wish of ["pause", "resume", "stop", "lock", "unlock"]) {
    const asked = `/valt/room/interview-1/${wish}`;
    surface.send(asked);
    expect(await answer(surface, asked)).toEqual(["/valt/ok", "done"]);
  }
  await until("unlocked", () => surface.last("/valt/room/interview-1/state")?.[0] === "available");
  expect(sentCommands(simulator).map((path) => path.split("/").at(-1))).toEqual([
    "start",
    "pause",
    "resume",
    "stop",
    "lock",
    "unlock",
  ]);
});

test("toggles are refused while the server was never reached", async () => {
  const { simulator, surface, bridge } = await startRig({ simulator: { password: "another" } });
  for (const leaf of ["toggle", "lock"]) {
    const asked = `/valt/room/interview-1/${leaf}`;
    surface.send(asked);
    expect(await answer(surface, asked)).toEqual(["/valt/error", 25]);
  }
  expect(bridge.status().rooms[0]?.knowledge).toBe("never-seen");
  expect(sentCommands(simulator)).toEqual([]);
});

test("a stop that hangs is not sent again, not even long after its deadline", async () => {
  const { simulator, surface } = await startRecording({
    deadlineMs: 400,
    timing: { pressDeadlineMs: 400 },
  });
  simulator.fault({ kind: "hang" });
  surface.send(STOP);
  await rest(900);
  simulator.clearFaults();
  const [what] = await answer(surface, STOP);
  expect(what).toBe("/valt/error");
  await rest(500);
  expect(posts(simulator, "stop")).toBe(1);
  expect(roomIs(simulator, "recording")).toBe(true);
});

test("a press that waits for a connection longer than its deadline is never sent", async () => {
  const rooms = Object.fromEntries(
    Array.from({ length: 12 }, (_, index) => [`room-${index + 1}`, index + 1]),
  );
  const { simulator, surface, bridge } = await startRig({
    simulator: { rooms: 12 },
    rooms,
    deadlineMs: 600,
    timing: { pressDeadlineMs: 200 },
  });
  await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"));
  simulator.fault({ kind: "hang" });
  // Eight connections: these presses and the looks take them all.
  for (let room = 2; room <= 12; room++) surface.send(`/valt/room/room-${room}/start`);
  await rest(50);
  surface.send("/valt/room/room-1/start");
  await rest(250);
  simulator.clearFaults();
  expect((await answer(surface, "/valt/room/room-1/start"))[0]).toBe("/valt/error");
  await rest(700);
  expect(simulator.world.room(1)?.status).toBe("available");
  expect(simulator.requests.all().filter(({ path }) => path === "rooms/1/record/start")).toEqual([]);
});

const ONCE = { path: "rooms/1/record/start", count: 1 } as const;
test.concurrent.for<[string, Fault]>([
  ["connection dropped", { kind: "drop", when: "after-acting", ...ONCE }],
  ["status 500", { kind: "error", status: 500, when: "after-acting", ...ONCE }],
  ["page with status 502", { kind: "error", status: 502, when: "after-acting", ...ONCE }],
  ["no answer", { kind: "hang", when: "after-acting", ...ONCE }],
  ["truncated answer", { kind: "spoil", how: "truncated", ...ONCE }],
  ["malformed answer", { kind: "spoil", how: "malformed", ...ONCE }],
  ["empty answer", { kind: "spoil", how: "empty", ...ONCE }],
  ["page with status 200", { kind: "spoil", how: "html", ...ONCE }],
])(
  "%s although the room started: it is looked at, found, and not started again",
  async ([, fault], { onTestFinished }) => {
    const { simulator, surface } = await startIdle({ deadlineMs: 300, onTestFinished });
    simulator.fault(fault);
    surface.send(START);
    expect(await answer(surface, START)).toEqual(["/valt/ok", "done"]);
    await rest(500);
    expect(posts(simulator, "start")).toBe(1);
    expect(surface.last("/valt/room/interview-1/state")).toEqual(["recording"]);
    expect(simulator.world.recordings()).toHaveLength(1);
  },
);

test.concurrent.for<[string, Fault]>([
  ["connection dropped", { kind: "drop", ...ONCE }],
  ["status 500", { kind: "error", status: 500, ...ONCE }],
  ["page with status 503", { kind: "error", status: 503, ...ONCE }],
  ["no answer", { kind: "hang", ...ONCE }],
])(
  "%s and the room did not start: it is in doubt, that is told, and nothing is sent again",
  async ([, fault], { onTestFinished }) => {
    const timing = { statusTrailsMs: 200 };
    const { simulator, surface } = await startIdle({ deadlineMs: 300, timing, onTestFinished });
    const STATE = "/valt/room/interview-1/state";
    const before = surface.all(STATE).length;
    simulator.fault(fault);
    surface.send(START);
    // It lasts for a moment only, and a busy machine may look too late.
    const isTold = () =>
      surface
        .all(STATE)
        .slice(before)
        .some(({ values }) => values[0] === "unknown");
    await until("the doubt", isTold);
    expect((await answer(surface, START))[0]).toBe("/valt/error");
    await until("the truth", () => surface.last(STATE)?.[0] === "available", 10_000);
    expect(posts(simulator, "start")).toBe(1);
    expect(roomIs(simulator, "available")).toBe(true);
  },
);

test("a lost stop is found to have worked, and is not sent again", async () => {
  const { simulator, surface } = await startRecording();
  simulator.fault({ kind: "drop", when: "after-acting", path: "rooms/1/record/stop", count: 1 });
  surface.send(STOP);
  expect(await answer(surface, STOP)).toEqual(["/valt/ok", "done"]);
  await rest(400);
  expect(posts(simulator, "stop")).toBe(1);
});

test("a press is sent at once although every other room of the site changed a moment ago", async () => {
  const count = 200;
  const rooms = Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`room-${index + 1}`, index + 1]),
  );
  const { simulator, surface, bridge } = await startRig({
    simulator: { rooms: count },
    rooms,
    deadlineMs: 5000,
    timing: { idlePollMs: 60_000, activePollMs: 10_000, freshMs: 180_000 },
  });
  await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"));
  simulator.fault({ kind: "latency", ms: 60 });
  for (let room = 2; room <= count; room++) simulator.somebodyElse(room, "start");
  const asked = simulator.requests.count("GET rooms/info");
  await until("the list", () => simulator.requests.count("GET rooms/info") > asked);
  await rest(100);
  const pressedMs = performance.now();
  surface.send("/valt/room/room-1/start");
  await until("recording", () => simulator.world.room(1)?.status === "recording");
  expect(performance.now() - pressedMs).toBeLessThan(500);
});

test("a token that expires in the middle of a press costs one login, and the room is started once", async () => {
  const { simulator, surface } = await startIdle({ timing: { idlePollMs: 5000, freshMs: 15_000 } });
  simulator.expireTokens();
  surface.send(START);
  expect(await answer(surface, START)).toEqual(["/valt/ok", "done"]);
  const starts = simulator.requests.of("POST rooms/{r}/record/start");
  expect(starts.map(({ answerStatus }) => answerStatus)).toEqual([401, 200]);
  expect(simulator.requests.count("POST login")).toBe(2);
  expect(simulator.world.recordings()).toHaveLength(1);
});

test("many rooms pressed at the moment of expiry share one login, and each starts once", async () => {
  const rooms = Object.fromEntries(Array.from({ length: 8 }, (_, index) => [`room-${index + 1}`, index + 1]));
  const { simulator, surface, bridge } = await startRig({
    simulator: { rooms: 8 },
    rooms,
    timing: { idlePollMs: 5000, freshMs: 15_000 },
  });
  await until("the rooms", () => bridge.status().rooms.every(({ status }) => status === "available"));
  simulator.expireTokens();
  for (const room of Object.keys(rooms)) surface.send(`/valt/room/${room}/start`);
  await until("the answers", () => surface.all("/valt/ok").length === 8);
  expect(simulator.requests.count("POST login")).toBe(2);
  expect(simulator.world.recordings()).toHaveLength(8);
});

test("a start does not end a pause, and a lock does not reach a room that records", async () => {
  const { simulator, surface } = await startRecording();
  surface.send("/valt/room/interview-1/lock");
  expect(await answer(surface, "/valt/room/interview-1/lock")).toEqual(["/valt/error", 14]);
  simulator.somebodyElse(1, "pause");
  await until("paused", () => surface.last("/valt/room/interview-1/state")?.[0] === "paused");
  surface.send(START);
  expect(await answer(surface, START, 2)).toEqual(["/valt/error", 14]);
  expect(sentCommands(simulator)).toEqual(["rooms/1/record/start"]);
  expect(roomIs(simulator, "paused")).toBe(true);
});

test("a device that may only mark cannot start, stop or toggle", async () => {
  const { simulator, surface } = await startIdle({ device: { may: ["mark"] } });
  for (const asked of [START, TOGGLE, STOP]) {
    surface.send(asked);
    expect(await answer(surface, asked)).toEqual(["/valt/error", 24]);
  }
  simulator.somebodyElse(1, "start");
  await until("recording", () => surface.last("/valt/room/interview-1/state")?.[0] === "recording");
  surface.send("/valt/room/interview-1/marker", "Seen");
  expect(await answer(surface, "/valt/room/interview-1/marker")).toEqual(["/valt/ok", "done"]);
  expect(sentCommands(simulator)).toEqual([]);
});

async function startIdle(settings: RigSettings = {}): Promise<Rig> {
  const rig = await startRig(settings);
  rig.surface.send("/valt/subscribe", 60);
  await until("idle", () => rig.surface.last("/valt/room/interview-1/state")?.[0] === "available");
  return rig;
}

async function startRecording(settings: RigSettings = {}): Promise<Rig> {
  const rig = await startIdle(settings);
  rig.surface.send(START);
  await until("recording", () => rig.surface.last("/valt/room/interview-1/state")?.[0] === "recording");
  return rig;
}

/** In portions, because a receive buffer holds only so much. */
async function burst(surface: Surface, address: string, count: number): Promise<void> {
  for (let sent = 0; sent < count; sent++) {
    surface.send(address);
    if (sent % 25 === 24) await rest(1);
  }
}

/** The nth answer to what was asked: its address, and the word or the code. */
async function answer(surface: Surface, asked: string, nth = 1): Promise<readonly unknown[]> {
  const { address, values } = await until(`an answer to ${asked}`, () => {
    const answers = surface.told.filter(
      ({ address, values }) =>
        (address === "/valt/ok" && values[0] === asked) || (address === "/valt/error" && values[2] === asked),
    );
    return answers[nth - 1];
  });
  return [address, address === "/valt/ok" ? values[1] : values[0]];
}

function roomIs(simulator: Simulator, status: string): boolean {
  return simulator.world.room(1)?.status === status;
}

function posts(simulator: Simulator, verb: "start" | "stop"): number {
  return simulator.requests.count(`POST rooms/{r}/record/${verb}`);
}

/** The paths of every POST that changes a room. */
function sentCommands(simulator: Simulator): readonly string[] {
  const commands = simulator.requests
    .all()
    .filter(({ method, path }) => method === "POST" && path.startsWith("rooms/"));
  return commands.map(({ path }) => path);
}
