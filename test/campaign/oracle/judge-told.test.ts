import { describe, expect, test } from "vitest";
import type { StateCommand } from "../../../src/action/action.ts";
import { recordingId } from "../../../src/base/identifiers.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createChance } from "../chance.ts";
import type { Connection } from "../connection.ts";
import type { ControlName, GestureName } from "../controls.ts";
import type { House } from "../house.ts";
import { CampaignServer } from "../server.ts";
import type { Span } from "../truth.ts";
import { AskBook } from "./asks.ts";
import { CalmWatch } from "./calm.ts";
import { AlarmJudge } from "./judge-alarms.ts";
import { placesOf } from "./judge-marks.ts";
import { OutcomeJudge } from "./judge-outcomes.ts";
import type { Scene } from "./scene.ts";

const ROOM = { by: "a", room: 1 } as const;
const HOUSE = { by: "a", killsMs: [] as number[] } as unknown as House;

function createCourt() {
  const clock = createFakeClock();
  const server = new CampaignServer({ clock, chance: createChance(1), rooms: 1, seesComments: true });
  const found: string[] = [];
  const scene: Scene = {
    clock,
    server,
    houses: [HOUSE],
    asks: new AskBook(),
    object: (kind) => found.push(kind),
  };
  const touch = (control: ControlName, gesture: GestureName, atMs = clock.monotonicMs()) => {
    scene.asks.note({ ...ROOM, control, gesture, atMs });
    return { ...ROOM, control, gesture, atMs, mark: undefined, order: 0, commands: [] };
  };
  const begin = () => {
    server.somebodyElse(1, "start");
    return String(server.truth.now(1).recordingId);
  };
  return { clock, server, found, scene, touch, begin };
}

test("a mark belongs to an own start of the same moment, whichever is known first", async () => {
  const { clock, scene, touch, begin } = createCourt();
  await clock.advance(1000);
  const atMs = clock.monotonicMs();
  const mark = { ...ROOM, text: "one", atMs, order: scene.asks.nextOrder(), when: "all was well" } as const;
  const press = touch("start", "press");
  await clock.advance(3000);
  const recording = begin();
  expect(placesOf(scene, mark)).toEqual([]);
  scene.asks.told(press, recording, clock.monotonicMs());
  expect(placesOf(scene, mark)).toMatchObject([{ recording, timeSeconds: 0 }]);
});

test("a list whose mark is not there yet has told of its start", async () => {
  const { clock, scene, touch, begin } = createCourt();
  const press = { ...touch("begin", "pulse"), mark: "one" };
  begin();
  await clock.advance(1000);
  new OutcomeJudge(scene).judge(press, { kind: "done" });
  expect(scene.asks.of("a", 1).map(({ seenDoneMs }) => seenDoneMs)).toEqual([1000]);
});

describe("an own recording that others ended, and no alarm", () => {
  test.each([
    { what: "a stop in doubt, and blind since then", seenMs: 5000, isInDoubt: true, found: [] },
    {
      what: "a stop in doubt, and seen since then",
      seenMs: 31_000,
      isInDoubt: true,
      found: ["alarm-missing"],
    },
    { what: "no stop in doubt, and blind", seenMs: 5000, isInDoubt: false, found: ["alarm-missing"] },
  ])("with $what", async ({ seenMs, isInDoubt, found: expected }) => {
    const { clock, scene, found, touch, begin } = createCourt();
    const start = touch("start", "press", 0);
    scene.asks.told(start, "own", 100);
    begin();
    const stop = touch("stop", "press", 10_000);
    if (isInDoubt) scene.asks.toldNothing(stop);
    const calm = { seenMs: () => seenMs, fairSinceMs: () => 0 } as unknown as CalmWatch;
    const judge = new AlarmJudge(scene, HOUSE, calm);
    const span: Span = { id: "own", room: 1, fromMs: 0, startedBy: "a", toMs: 40_000, endedBy: "else" };
    scene.server.truth.ended.push(span);
    await clock.advance(70_000);
    judge.look();
    expect(found).toEqual(expected);
  });
});

describe("an own recording that others ended while nobody could see it, before a stop from here", () => {
  test.each([
    { what: "lost its answer and was seen to be so", lost: true, seenAgainMs: 58_000, expected: [] },
    { what: "came when all had been seen", lost: true, seenAgainMs: 40_000, expected: ["alarm-missing"] },
    { what: "was answered", lost: false, seenAgainMs: 58_000, expected: ["alarm-missing"] },
  ])("that $what", async ({ lost, seenAgainMs, expected }) => {
    const { clock, scene, found, touch, begin } = createCourt();
    const seenMs = () => (clock.monotonicMs() < seenAgainMs ? 0 : clock.monotonicMs());
    const calm = { seenMs, fairSinceMs: () => 50_000 } as unknown as CalmWatch;
    const judge = new AlarmJudge(scene, HOUSE, calm);
    scene.asks.told(touch("start", "press"), "own", 100);
    begin();
    const span: Span = { id: "own", room: 1, fromMs: 0, startedBy: "a", toMs: 30_000, endedBy: "else" };
    scene.server.truth.ended.push(span);
    for (const atMs of [30_000, 40_000, 50_000]) {
      await clock.advance(atMs - clock.monotonicMs());
      judge.look();
    }
    const stop = touch("stop", "press");
    scene.server.somebodyElse(1, "stop");
    new OutcomeJudge(scene).judge(stop, { kind: "done", ...(lost ? {} : { recording: "own" as never }) });
    for (const atMs of [60_000, 80_000]) {
      await clock.advance(atMs - clock.monotonicMs());
      judge.look();
    }
    expect(found).toEqual(expected);
  });
});

describe("an end that is told twice", () => {
  test.each([
    { killedAfterMs: 40, expected: [] },
    { killedAfterMs: 60, expected: ["alarm-false"] },
  ])("by a process that was killed $killedAfterMs ms after the first time", async (row) => {
    const { killedAfterMs, expected } = row;
    const { clock, scene, found } = createCourt();
    const house = { by: "a", killsMs: [1000 + killedAfterMs] } as unknown as House;
    const calm = { seenMs: () => 0, fairSinceMs: () => 0 } as unknown as CalmWatch;
    const judge = new AlarmJudge(scene, house, calm);
    const span: Span = { id: "own", room: 1, fromMs: 0, startedBy: "a", toMs: 900, endedBy: "else" };
    scene.server.truth.ended.push(span);
    const fact = { kind: "alarm", alarm: "stopped-elsewhere", state: "raised", room: "room-1" };
    const tell = () => judge.hear(fact as unknown as Parameters<AlarmJudge["hear"]>[0]);
    await clock.advance(1000);
    tell();
    await clock.advance(5000);
    judge.forget();
    tell();
    expect(found).toEqual(expected);
  });
});

test("a list has told of its start also where the recording has ended meanwhile", async () => {
  const { clock, scene, touch, begin } = createCourt();
  const press = { ...touch("anew", "pulse"), mark: "one", commands: ["stop", "start"] as StateCommand[] };
  await clock.advance(1000);
  const recording = begin();
  scene.server.somebodyElse(1, "stop");
  new OutcomeJudge(scene).judge(press, { kind: "done", recording: recordingId(recording) });
  expect(scene.asks.of("a", 1).map(({ began }) => began)).toEqual([undefined, recording]);
});

test("a list's stop that shared the command of another press has ended what was started before", () => {
  const { scene, touch, begin } = createCourt();
  const recording = begin();
  scene.server.somebodyElse(1, "stop");
  scene.asks.told(touch("start", "press"), recording, 0);
  const list = { ...touch("anew", "pulse"), mark: "one" };
  const order = scene.asks.nextOrder();
  expect(scene.asks.ownStart({ ...ROOM, order })?.began).toBe(recording);
  new OutcomeJudge(scene).judge(list, { kind: "done", recording: recordingId(recording) });
  expect(scene.asks.ownStart({ ...ROOM, order })).toBeUndefined();
});

test("a list's own stop has ended what another list of the same moment started, also when it names no recording", async () => {
  const { clock, scene, touch, begin } = createCourt();
  await clock.advance(1000);
  const recording = begin();
  scene.asks.told(touch("start", "press"), recording, 0);
  const list = { ...touch("anew", "pulse"), mark: "two", commands: ["stop"] as StateCommand[] };
  const order = scene.asks.nextOrder();
  new OutcomeJudge(scene).judge(list, { kind: "done" });
  expect(scene.asks.ownStart({ ...ROOM, order })).toBeUndefined();
});

test("the end of another's recording that was taken for an own one is told once, also when one more has followed", async () => {
  const { clock, scene, found, touch } = createCourt();
  const calm = { seenMs: () => 0, fairSinceMs: () => 0 } as unknown as CalmWatch;
  const judge = new AlarmJudge(scene, HOUSE, calm);
  scene.asks.toldByLook(touch("start", "press"), 1000);
  const span = { room: 1, startedBy: "else", endedBy: "else" } as const;
  scene.server.truth.ended.push({ ...span, id: "taken", fromMs: 0, toMs: 2000 });
  scene.server.truth.ended.push({ ...span, id: "next", fromMs: 2000, toMs: 3000 });
  await clock.advance(4000);
  const fact = { kind: "alarm", alarm: "stopped-elsewhere", state: "raised", room: "room-1" };
  const tell = () => judge.hear(fact as unknown as Parameters<AlarmJudge["hear"]>[0]);
  tell();
  expect(found).toEqual([]);
  tell();
  expect(found).toEqual(["alarm-false"]);
});

describe("a start that is told to be so already", () => {
  /** A client of the server, which asks for something at this moment. */
  function createAsker(server: CampaignServer, clock: ReturnType<typeof createCourt>["clock"]) {
    return async (method: "GET" | "POST", path: string, body: object = {}) => {
      let answer = "";
      let take: Parameters<Connection["attach"]>[1]["took"] = () => undefined;
      const connection = {
        attach: (_, end) => {
          take = end.took;
        },
        answer: (bytes) => {
          answer = bytes.toString();
        },
      } satisfies Pick<Connection, "attach" | "answer">;
      server.accept(connection as Connection, "a");
      const text = JSON.stringify(body);
      const head = `${method} /api/v3/${path} HTTP/1.1\r\ncontent-length: ${text.length}`;
      take(Buffer.from(`${head}\r\n\r\n${text}`), clock.monotonicMs());
      await clock.advance(20);
      return JSON.parse(answer.split("\r\n\r\n")[1] ?? "");
    };
  }

  test.each([
    { what: "was shown when asked after the press", runs: true, asked: "after", expected: [] },
    { what: "was shown when asked before it", runs: true, asked: "before", expected: ["ok-untrue"] },
    { what: "was not shown", runs: false, asked: "after", expected: ["ok-untrue"] },
  ])("and $what", async ({ runs, asked, expected }) => {
    const { clock, server, scene, found, touch, begin } = createCourt();
    const ask = createAsker(server, clock);
    const { data } = await ask("POST", "login", { username: "panel-bridge", password: "simulator" });
    const look = () => ask("GET", `rooms/1/status?access_token=${data.access_token}`);
    if (runs) begin();
    if (asked === "before") await look();
    const press = touch("start", "press");
    if (asked === "after") await look();
    new OutcomeJudge(scene).judge(press, { kind: "already-so" });
    expect(found).toEqual(expected);
  });
});

test("a room that nothing hides for a moment only is not seen: connections are not tried again so soon", async () => {
  const { clock, scene } = createCourt();
  let reaches = false;
  const panels = [{ isOpen: () => true }];
  const house = { by: "a", panels, isFair: () => reaches, reachesServer: () => reaches } as unknown as House;
  const calm = new CalmWatch({ ...scene, houses: [house] });
  const passTime = async (ms: number) => {
    for (let passedMs = 0; passedMs < ms; passedMs += 500) {
      calm.look();
      await clock.advance(500);
    }
  };
  await passTime(20_000);
  reaches = true;
  await passTime(7000);
  expect(calm.seenMs(house, 1)).toBe(0);
  await passTime(2000);
  expect(calm.seenMs(house, 1)).toBeGreaterThan(27_000);
});
