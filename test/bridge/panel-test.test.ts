import { expect, test } from "vitest";
import { deviceId } from "../../src/base/identifiers.ts";
import { until } from "../support/rig.ts";
import { startDesk } from "./desk.ts";

const DESK = deviceId("desk");
/** Where a drawn key has the band of its colour. */
const CORNER = { x: 40, y: 3 };

test("a panel that is looked for shows it everywhere but on a tally that is lit", async () => {
  const { bridge, play, status, colorOf } = await startDesk({
    controls: {
      "key-1": { press: "toggle", look: "tally" },
      "key-2": { press: { mark: "x" }, look: "mark" },
    },
  });
  await play("key-1", "down", "up");
  await until("the recording", () => status() === "recording");
  const isRed = ([red = 0, , blue = 0]: readonly number[] = []) => red > 150 && blue < 100;
  await until("the red key", () => isRed(colorOf("key-1", CORNER)));
  const [before] = [colorOf("key-3", CORNER)];
  expect(bridge.test(DESK, "identify")).toBe("shown");
  await until("the blue key", () => (colorOf("key-3", CORNER)?.[2] ?? 0) > 150);
  expect(before?.[2]).toBeLessThan(100);
  expect(isRed(colorOf("key-1", CORNER))).toBe(true);
  expect(bridge.test(deviceId("none"), "identify")).toBe("no-such-panel");
});
