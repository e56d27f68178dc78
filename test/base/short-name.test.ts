import { expect, test } from "vitest";
import { shortNameOf } from "../../src/base/short-name.ts";

test.each([
  ["Exam 3", "exam-3"],
  ["  Éxam_Room (3) ", "exam-room-3"],
  ["Straße 5", "strasse-5"],
  ["Überwachung", "uberwachung"],
  ["检查室 3", "room-8"],
  ["№ 3 Łódź", "no-3-lodz"],
  ["***", "room-8"],
  ["103", "103"],
])("the short name of %j is %s", (name, short) => {
  expect(shortNameOf(name, 8)).toBe(short);
});
