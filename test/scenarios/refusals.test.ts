import { expect, test } from "vitest";
import { startDecks } from "../support/decks.ts";

const READY = 'green ready "Ready"';
const desk = { room: "interview-1" };

test("what the bridge refuses is said for a while on the key that was pressed, and on no other", async () => {
  const rig = await startDecks({
    desk: { ...desk, may: ["mark"], controls: { "key-1": { tap: "start", look: "tally" } } },
    other: desk,
  });
  const deck = rig.deck("desk");
  await deck.wait(1, READY);
  await rig.deck("other").wait(1, READY);
  await deck.tap(1);
  await deck.wait(1, /^purple warning "Not allowed here: ask IT/);
  expect(rig.deck("other").sees(1)).toBe(READY);
  await deck.wait(1, READY);
});
