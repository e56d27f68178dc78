import { expect, onTestFinished, test } from "vitest";
import { onlyServer } from "../../src/base/identifiers.ts";
import { RoomLists } from "../../src/bridge/room-list.ts";
import type { ServerPart } from "../../src/mapping/server-part.ts";
import type { ValtClient } from "../../src/valt/client.ts";
import { createFakeClock } from "../support/fake-clock.ts";

const SEARCH = { patterns: ["*"], isListed: false, found: new Map(), unfound: new Map(), doubts: [] };

/** A list that is asked for, and how often it was; the budget is in requests a second. */
function createSetting({ needs = "the list", budget = 20 } = {}) {
  const search = needs === "the list" ? SEARCH : undefined;
  const clock = createFakeClock();
  const state = { asked: 0, spent: 0, server: "up" as "up" | "down", answer: () => undefined as unknown };
  const part = { search, timing: { requestsPerSecond: budget } } as unknown as ServerPart;
  const valt = {
    async rooms() {
      state.asked++;
      await state.answer();
      return { ok: true, value: [] };
    },
  };
  const lists = new RoomLists({
    clock,
    site: { parts: new Map([[onlyServer, part]]), valt: () => valt as unknown as ValtClient },
    rooms: { state: () => state.server, spend: () => void state.spent++ },
  });
  lists.follow();
  onTestFinished(() => lists.close());
  return { lists, state, pass: (ms: number) => clock.advance(ms) };
}

test("the list is asked for at once, then every 4 s, each time counted in the budget", async () => {
  const { state, pass } = createSetting();
  await pass(500);
  expect(state.asked).toBe(1);
  await pass(3500);
  expect(state.asked).toBe(1);
  await pass(500);
  expect([state.asked, state.spent]).toEqual([2, 2]);
});

test("it never takes more than a tenth of the budget", async () => {
  const { state, pass } = createSetting({ budget: 1 });
  await pass(60_000);
  expect(state.asked).toBe(6);
});

test("nobody asks for what a mapping does not need, what others have asked, or a server that is away", async () => {
  const idle = createSetting({ needs: "nothing" });
  await idle.pass(20_000);
  expect(idle.state.asked).toBe(0);
  const { lists, state, pass } = createSetting();
  for (let second = 0; second < 20; second++) {
    lists.noteAnswer(onlyServer);
    await pass(1000);
  }
  expect(state.asked).toBe(0);
  state.server = "down";
  await pass(20_000);
  expect(state.asked).toBe(0);
  state.server = "up";
  await pass(500);
  expect(state.asked).toBe(1);
});

test("an edit asks at once, and one question waits for its answer", async () => {
  const { lists, state, pass } = createSetting();
  await pass(1000);
  lists.follow();
  await pass(500);
  expect(state.asked).toBe(2);
  state.answer = () => new Promise(() => undefined);
  await pass(60_000);
  expect(state.asked).toBe(3);
});
