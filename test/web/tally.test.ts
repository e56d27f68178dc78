import { expect, test } from "vitest";
import { fillPlaceholders } from "../../src/base/placeholders.ts";
import { tallyOf } from "../../src/web/page/naming.ts";

const available = { status: "available" } as const;
const recording = { status: "recording" } as const;

test.each([
  [[available, available], "0 of 2 recording"],
  [[recording, available], "1 of 2 recording"],
  [[{}, {}, {}], "? of 3 recording"],
  [[recording, available, {}], "1 of 2 recording, 1 not known"],
  [[available, {}], "0 of 1 recording, 1 not known"],
])("a tally counts no room that is not known: %j", (rooms, text) => {
  const { phrase, values } = tallyOf(rooms);
  expect(fillPlaceholders(phrase, values)).toBe(text);
});
