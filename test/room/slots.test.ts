import { expect, test } from "vitest";
import type { Urgency } from "../../src/room/pace.ts";
import { Slots } from "../../src/room/slots.ts";

const free = (slots: Slots) =>
  (["hurried", "running", "failing"] as const).filter((urgency) => slots.isFree(urgency, "usual"));
const take = (slots: Slots, ...urgencies: readonly Urgency[]) => urgencies.map((one) => slots.take(one));

test.each<[most: string, taken: readonly Urgency[], free: readonly Urgency[]]>([
  ["nothing", [], ["hurried", "running", "failing"]],
  ["three after commands", Array(3).fill("hurried"), ["hurried", "running", "failing"]],
  ["four after commands", Array(4).fill("hurried"), ["running", "failing"]],
  ["four of the round", ["shown", "listed", "running", "doubted"], ["hurried", "running", "failing"]],
  ["five of the round", Array(5).fill("running"), ["hurried", "failing"]],
  ["one that fails", ["failing"], ["hurried", "running"]],
  ["six of all sorts", ["hurried", "hurried", "hurried", "running", "running", "failing"], []],
])("while %s are under way, others may be", (_, taken, others) => {
  const slots = new Slots();
  take(slots, ...taken);
  expect(free(slots)).toEqual(others);
});

test("a place that is given back is free again", () => {
  const slots = new Slots();
  const giveBack = take(slots, "hurried", "running", "failing");
  expect(slots.isFree("running", "one")).toBe(false);
  for (const give of giveBack) give();
  expect(slots.isFree("running", "one")).toBe(true);
});

test.each(["hurried", "running", "failing"] as const)(
  "one at a time means none beside a %s one",
  (urgency) => {
    const slots = new Slots();
    slots.take(urgency);
    expect(slots.isFree("hurried", "one")).toBe(false);
  },
);
