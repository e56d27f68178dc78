import { expect, test } from "vitest";
import { Budget } from "../../src/room/budget.ts";

test("of ten a second, one is allowed each tenth of a second, of the round's nine each ninth", () => {
  const budget = new Budget(() => 10, 5000);
  expect([budget.freeMs("hurried"), budget.freeMs("round")]).toEqual([5000, 5000]);
  budget.spend("round", 5000);
  expect(budget.freeMs("hurried")).toBe(5100);
  expect(budget.freeMs("round")).toBeCloseTo(5111.1, 1);
  budget.spend("hurried", 5100);
  expect(budget.freeMs("hurried")).toBe(5200);
  expect(budget.freeMs("round"), "what hurries is the round's loss").toBe(5200);
});

test("a quiet time leaves an eighth of a second's worth, not more", () => {
  const budget = new Budget(() => 80, 0);
  for (let count = 0; count < 10; count++) budget.spend("hurried", 60_000);
  expect(budget.freeMs("hurried")).toBe(60_000);
  budget.spend("hurried", 60_000);
  expect(budget.freeMs("hurried")).toBe(60_012.5);
});

test("a rest holds for both, and may be cut short", () => {
  const budget = new Budget(() => 10, 0);
  for (let count = 0; count < 50; count++) budget.spend("round", 0);
  budget.allowFrom(9000);
  expect([budget.freeMs("hurried"), budget.freeMs("round")]).toEqual([9000, 9000]);
  budget.allowFrom(500);
  expect([budget.freeMs("hurried"), budget.freeMs("round")]).toEqual([500, 500]);
});
