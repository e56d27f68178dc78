import { expect, test } from "vitest";
import { DOWN, startDrivenPanel, UP } from "./driven-panel.ts";

test("a driver that throws at an edit is opened anew, and later edits are taken over", async () => {
  let isBroken = true;
  const panel = await startDrivenPanel({
    binding: { press: "start" },
    rename() {
      if (isBroken) throw new Error("a bug in a driver");
    },
  });
  await panel.edit(undefined);
  await panel.clock.advance(1000);
  expect(panel.opens()).toBe(2);
  isBroken = false;
  await panel.edit({ press: "start" });
  expect(panel.opens()).toBe(2);
  await panel.play([DOWN, UP]);
  expect(panel.recording()).toBe("recording");
});
