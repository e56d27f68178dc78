import { describe, expect, test } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createChance } from "../chance.ts";
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
