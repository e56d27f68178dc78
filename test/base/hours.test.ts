import { expect, test } from "vitest";
import { HOURS, untilHoursChange, valueAt } from "../../src/base/hours.ts";

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
  ["18:00-24:00", "17:59", "usual"],
  ["18:00-24:00", "23:59", "within"],
  ["18:00-24:00", "00:00", "usual"],
  ["00:00-24:00", "00:00", "within"],
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

test.each(["24:00-01:00", "8:00-9:00", "08:60-09:00", "08:00", "08:00-09:00-10:00", "18:00-24:01"])(
  "%s are no hours",
  (text) => {
    expect(HOURS.test(text)).toBe(false);
  },
);

test.each([
  ["12:00", ["18:00-06:00"], 6 * 60],
  ["23:30", ["18:00-00:00"], 30],
  ["05:59", ["18:00-06:00"], 1],
  ["23:30", ["18:00-24:00"], 30],
  ["12:00", ["18:00-06:00", "13:00-14:00"], 60],
  ["18:00", ["18:00-18:01"], 1],
  ["12:00", ["00:00-00:00"], undefined],
  ["12:00", [], undefined],
])("at %s, %j begin or end after %s minutes", (time, hours, minutes) => {
  expect(untilHoursChange(at(time), hours)).toBe(minutes === undefined ? undefined : minutes * 60_000);
});

test("hours begin with their minute, not a minute later", () => {
  expect(untilHoursChange(at("17:59") + 59_250, ["18:00-06:00"])).toBe(750);
});
