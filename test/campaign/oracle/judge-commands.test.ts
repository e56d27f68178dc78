import { expect, test } from "vitest";
import { createFakeClock } from "../../support/fake-clock.ts";
import { createChance } from "../chance.ts";
import type { ControlName, GestureName } from "../controls.ts";
import { type ActedCommand, CampaignServer } from "../server.ts";
import { AskBook } from "./asks.ts";
import { judgeCommand } from "./judge-commands.ts";
import type { Scene } from "./scene.ts";

const ROOM = { by: "a", room: 1 } as const;

function createCourt() {
  const clock = createFakeClock();
  const server = new CampaignServer({ clock, chance: createChance(1), rooms: 1, seesComments: true });
  const found: string[] = [];
  const scene: Scene = { clock, server, houses: [], asks: new AskBook(), object: (kind) => found.push(kind) };
  return {
    scene,
    found,
    touch: (control: ControlName, gesture: GestureName, atMs: number) =>
      scene.asks.note({ ...ROOM, control, gesture, atMs }),
    act: (command: ActedCommand["command"], sentMs: number, began?: string) =>
      judgeCommand(scene, {
        ...ROOM,
        command,
        sentMs,
        receivedMs: sentMs + 1000,
        actedMs: sentMs + 1000,
        httpStatus: 200,
        began,
      }),
  };
}

test("a command is explained by a press within its deadline, not by an older one that expired", () => {
  const { scene, found, touch, act } = createCourt();
  touch("begin", "pulse", 0);
  touch("anew", "pulse", 0);
  touch("while-down", "press", 0);
  const order = scene.asks.nextOrder();
  act("start", 0, "first");
  touch("while-down", "release", 3000);
  act("stop", 3600);
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
  act("stop", 2001);
  expect(found).toEqual(["command-unasked"]);
});
