import { expect, test } from "vitest";
import { settle } from "../support/fake-clock.ts";
import { left, whileRecording } from "./marks-setting.ts";

test("a mark is refused while a hundred thousand wait, and not before", async () => {
  const { mark, queue, keeper, server } = whileRecording();
  const waiting = Array.from({ length: 99_999 }, (_, index) => ({ ...left, id: `old-${index}` }));
  keeper.left = { waiting, delivered: [], refused: [] };
  // Those of another server come back all at once.
  server.url = "none";
  await queue.restore();
  server.url = left.server;
  queue.resume();
  const [last, one] = [mark("last"), mark("one more")];
  await settle();
  expect([last.outcome, one.outcome]).toEqual(["not yet", { kind: "refused", reason: "too-many" }]);
}, 60_000);
