import { expect, test } from "vitest";
import { HOURS, valueAt } from "../../src/base/hours.ts";

const at = (time: string) => new Date(`2026-11-28T${time}:00`).getTime();

test.each([
  ["08:00-18:00", "07:59", "usual"],
  ["08:00-18:00", "08:00", "within"],
  ["08:00-18:00", "17:59", "within"],
  ["08:00-18:00", "18:00", "usual"],
  ["18:00-06:00", "23:59", "within"],
  ["18:00-06:00", "00:00", "within"],
  ["18:00-06:00", "05:59", "within"],
  ["18:00-06:00", "06:00", "usual"],
  ["18:00-06:00", "12:00", "usual"],
  ["00:00-00:00", "12:00", "within"],
])("within %s, at %s: %s", (hours, time, expected) => {
  expect(valueAt(at(time), "usual", [[hours, "within"]])).toBe(expected);
});

test("the first hours that fit count", () => {
  expect(
    valueAt(at("10:00"), 0, [
      ["08:00-09:00", 1],
      ["09:00-12:00", 2],
      ["08:00-18:00", 3],
    ]),
  ).toBe(2);
});

test.each(["24:00-01:00", "8:00-9:00", "08:60-09:00", "08:00", "08:00-09:00-10:00"])(
  "%s are no hours",
  (text) => {
    expect(HOURS.test(text)).toBe(false);
  },
);
