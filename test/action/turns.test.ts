import { expect, test } from "vitest";
import { Turns } from "../../src/action/turns.ts";
import { settle } from "../support/fake-clock.ts";

test("those that enter under one key leave in their order, and others wait for nobody", async () => {
  const turns = new Turns();
  const done: string[] = [];
  const enter = (key: string, name: string) => {
    const { before, leave } = turns.enter(key);
    void before?.then(() => done.push(name));
    return { isFree: before === undefined, leave };
  };
  const first = enter("a", "first");
  const second = enter("a", "second");
  const third = enter("a", "third");
  expect([first, second, third, enter("b", "other")].map(({ isFree }) => isFree)).toEqual([
    true,
    false,
    false,
    true,
  ]);
  await settle();
  expect(done).toEqual([]);
  first.leave();
  await settle();
  expect(done).toEqual(["second"]);
  expect(enter("a", "fourth").isFree).toBe(false);
  second.leave();
  await settle();
  expect(done).toEqual(["second", "third"]);
});

test("whoever enters when all have left waits for nobody", () => {
  const turns = new Turns();
  turns.enter("a").leave();
  expect(turns.enter("a").before).toBeUndefined();
});
