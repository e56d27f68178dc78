import { expect, test } from "vitest";
import { roomName, valtRoomId } from "../../src/base/identifiers.ts";
import { Turns } from "../../src/room/turns.ts";
import { createWatched } from "../../src/room/watched.ts";

const [ONE, TWO] = ["one", "two"].map((name, index) =>
  createWatched(roomName(name), valtRoomId(index), index),
);

test("the room comes first whose interval began first, and each urgency counts its own", () => {
  const turns = new Turns();
  turns.add(ONE!);
  turns.add(TWO!);
  expect(turns.counts()).toMatchObject({ unlisted: 2, shown: 0 });
  turns.move(ONE!, { urgency: "shown", turnMs: 10 });
  turns.move(TWO!, { urgency: "shown", turnMs: 5 });
  expect(turns.counts()).toMatchObject({ unlisted: 0, shown: 2 });
  expect(turns.first("shown")).toBe(TWO);
  expect(turns.first("unlisted")).toBeUndefined();
  turns.move(TWO!, { urgency: "shown", turnMs: 15 });
  expect(turns.first("shown")).toBe(ONE);
});

test("a room that is gone has no turn, and is not counted, whatever becomes of its last look", () => {
  const turns = new Turns();
  turns.add(ONE!);
  turns.remove(ONE!);
  turns.remove(ONE!);
  turns.move(ONE!, { urgency: "running", turnMs: 3 });
  expect(Object.values(turns.counts()).every((count) => count === 0)).toBe(true);
  expect(turns.first("running")).toBeUndefined();
});
