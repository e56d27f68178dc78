import { expect, test } from "vitest";
import { findConfidential } from "../../src/journal/confidential.ts";

test.each([
  ["LOGIN 4711", "LOGIN"],
  ["log-in 4711", "log-in"],
  ["@7 set panel PIN 4711", "@7 set panel PIN"],
  ["/valt/connect 4711", "/valt/connect"],
  ["/door/room-1/card-4711", "/door/room-1/card"],
  ["authorize 4711", "authorize"],
  ["pass-4711", "pass"],
  ["room-a-b-c-d-e PIN 4711", "room-a-b-c-d-e PIN"],
  [`${"-".repeat(200)}pin 4711`, `${"-".repeat(200)}pin`],
])("%s: what follows the word is hidden", (text, shown) => {
  expect(text.slice(0, findConfidential(text))).toBe(shown);
});

test.each(["MARK 1 she said a pin", "REC START 1", "pinned 1", "MARK 1 author", "", "----"])(
  "%s: nothing is hidden, or what begins like such a word",
  (text) => {
    const isLikeAuth = text.includes("auth");
    expect(findConfidential(text)).toBe(isLikeAuth ? text.length : undefined);
  },
);
