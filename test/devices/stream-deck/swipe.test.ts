import { expect, test } from "vitest";
import { readSwipe as onHardware } from "../../../devices/stream-deck/swipe.ts";
import { readSwipe as inBrowser } from "../../../src/web/page/swipe.ts";

test.each([
  [0, 0, "tap"],
  [29, 0, "tap"],
  [-20, 20, "tap"],
  [30, 0, "swipe-right"],
  [-30, 0, "swipe-left"],
  [60, 29, "swipe-right"],
  [60, 30, undefined],
  [-61, -30, "swipe-left"],
  [0, 90, undefined],
])("a finger that went %i px to the right and %i px down means %s", (right, down, how) => {
  expect(onHardware(right, down)).toBe(how);
});

test("means the same on a deck and in a browser", () => {
  for (let right = -70; right <= 70; right++)
    for (let down = -70; down <= 70; down++)
      if (onHardware(right, down) !== inBrowser(right, down))
        expect.fail(`${right}, ${down}: ${onHardware(right, down)} and ${inBrowser(right, down)}`);
});
