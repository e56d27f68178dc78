import { describe, expect, test } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createChance } from "../chance.ts";
import type { ControlName, GestureName } from "../controls.ts";
import type { House } from "../house.ts";
import { type ActedCommand, CampaignServer } from "../server.ts";
import { AskBook } from "./asks.ts";
import { judgeCommand } from "./judge-commands.ts";
import type { Scene } from "./scene.ts";

const ROOM = { by: "a", room: 1 } as const;

interface Act {
  readonly sentMs: number;
  readonly receivedMs?: number;
  readonly began?: string;
}

/** A house of which the oracle asks only when its process was killed. */
function createCourt(killsMs: readonly number[] = []) {
  const clock = createFakeClock();
  const server = new CampaignServer({ clock, chance: createChance(1), rooms: 1, seesComments: true });
  const found: string[] = [];
  const scene: Scene = {
    clock,
    server,
    houses: [{ by: "a", killsMs } as House],
    asks: new AskBook(),
    object: (kind) => found.push(kind),
  };
  return {
    scene,
    found,
    touch: (control: ControlName, gesture: GestureName, atMs: number) =>
      scene.asks.note({ ...ROOM, control, gesture, atMs }),
    act(command: ActedCommand["command"], { sentMs, receivedMs = sentMs + 1000, began }: Act) {
      const when = { sentMs, receivedMs, actedMs: receivedMs };
      judgeCommand(scene, { ...ROOM, command, ...when, httpStatus: 200, began });
    },
  };
}

test("a command is explained by a press within its deadline, not by an older one that expired", () => {
  const { scene, found, touch, act } = createCourt();
  touch("begin", "pulse", 0);
  touch("anew", "pulse", 0);
  touch("while-down", "press", 0);
  const order = scene.asks.nextOrder();
  act("start", { sentMs: 0, began: "first" });
  touch("while-down", "release", 3000);
  act("stop", { sentMs: 3600 });
  expect(found).toEqual([]);
  const stops = scene.asks.of("a", 1).filter(({ wish }) => wish === "stop");
  expect(stops.map(({ atMs, command }) => [atMs, command?.sentMs])).toEqual([
    [0, undefined],
    [3000, 3600],
  ]);
  expect(scene.asks.ownStart({ ...ROOM, order })?.began).toBe("first");
});

test("a command that was written after its press's deadline is asked for by nobody", () => {
  const { found, touch, act } = createCourt();
  touch("stop", "press", 0);
  act("stop", { sentMs: 2001 });
  expect(found).toEqual(["command-unasked"]);
});

describe("a command that arrives after the deadlines of its press and its request", () => {
  const late = { sentMs: 500, receivedMs: 30_000 };

  test.each([
    { what: "killed while it waited for the answer", killsMs: [4000], found: ["command-after-kill"] },
    { what: "alive", killsMs: [], found: ["command-unasked"] },
    { what: "killed before it wrote the command", killsMs: [400], found: ["command-unasked"] },
    { what: "killed after it had given the command up", killsMs: [5600], found: ["command-unasked"] },
    { what: "killed after the server had the command", killsMs: [30_001], found: ["command-unasked"] },
  ])("of a process that was $what", ({ killsMs, found: expected }) => {
    const { found, touch, act } = createCourt(killsMs);
    touch("stop", "press", 0);
    act("stop", late);
    expect(found).toEqual(expected);
  });

  test("is unasked when its press has had its command, or when there was none", () => {
    const { found, touch, act } = createCourt([4000]);
    touch("stop", "press", 0);
    act("stop", { sentMs: 400 });
    act("stop", late);
    act("start", late);
    expect(found).toEqual(["command-unasked", "command-unasked"]);
  });

  test("is unasked when its process's kernel no longer sends", () => {
    const { found, touch, act } = createCourt([4000]);
    touch("stop", "press", 0);
    act("stop", { sentMs: 500, receivedMs: 55_000 });
    expect(found).toEqual(["command-unasked"]);
  });
});
