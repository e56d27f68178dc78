import { expect, test } from "vitest";
import { type Check, found } from "../../src/preflight/check.ts";
import { PreflightRounds } from "../../src/preflight/rounds.ts";
import { createFakeClock, settle } from "../support/fake-clock.ts";

const fine: Check = found("login", "fine", { said: "" });
const failed: Check = { ...fine, state: "failed", text: "wrong password" };

function createSetting() {
  const clock = createFakeClock();
  const world: { outage: string | undefined } = { outage: undefined };
  const asked: ((checks: readonly Check[]) => void)[] = [];
  const checked: string[] = [];
  const rounds = new PreflightRounds({
    clock,
    check: () => new Promise((answer) => asked.push(answer)),
    outage: () => (world.outage === undefined ? undefined : { reason: world.outage, brief: "away" }),
    checked: ({ state }) => checked.push(state),
  });
  const answer = async (...checks: Check[]) => {
    asked.shift()?.(checks);
    await settle();
  };
  const state = () => rounds.readiness().state;
  return { clock, world, asked, checked, rounds, answer, state };
}

test("while an outage lasts nothing is ready, whatever was found, with the outage's reason", async () => {
  const { rounds, world, answer, state, checked } = createSetting();
  rounds.begin();
  await answer(fine);
  expect(state()).toBe("ready");
  world.outage = "no answer";
  expect(rounds.readiness()).toMatchObject({ state: "not-ready", reason: "no answer" });
  rounds.begin();
  await answer(fine);
  expect(checked).toEqual(["ready", "not-ready"]);
});

test("what is back is ready only after a round has passed", async () => {
  const { rounds, world, answer, state } = createSetting();
  rounds.begin();
  await answer(fine);
  world.outage = "no answer";
  rounds.begin();
  world.outage = undefined;
  rounds.begin();
  expect(state()).toBe("checking");
  await answer(fine);
  expect(state(), "the round that began before it was back").toBe("checking");
  await answer(failed);
  expect(rounds.readiness()).toMatchObject({ state: "not-ready", reason: "wrong password" });
});

test("a doubt begins a round at once, and none beside the one that is asking", async () => {
  const { rounds, answer, asked, state } = createSetting();
  rounds.begin();
  rounds.doubt();
  expect(asked).toHaveLength(1);
  await answer(fine);
  rounds.doubt();
  expect([asked.length, state()]).toEqual([1, "checking"]);
});

test("rounds go on: often while something is wrong, seldom while all is well", async () => {
  const { rounds, answer, asked, clock } = createSetting();
  rounds.begin();
  await answer(failed);
  await clock.advance(30_000);
  await answer(fine);
  await clock.advance(9 * 60_000);
  expect(asked).toHaveLength(0);
  await clock.advance(61_000);
  expect(asked).toHaveLength(1);
});
