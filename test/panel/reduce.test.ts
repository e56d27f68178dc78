import { describe, expect, test } from "vitest";
import type { LampColors, Rgb } from "../../src/driver/control.ts";
import { colors, type Look, lookConditions } from "../../src/feedback/look.ts";
import { lookPresets } from "../../src/feedback/presets.ts";
import { createReducer, type Moment } from "../../src/panel/reduce.ts";

const recording: Look = {
  color: "red",
  text: "REC 1:05",
  icon: "record",
  blink: "slow",
  oneColor: "lit",
  caption: "",
  badge: "",
};
const reduce = createReducer(() => ({ colors, images: undefined }));
const lit: Moment = { phase: "lit", progress: undefined, brightness: "day" };
const RED: Rgb = [255, 0, 0];
const GREEN: Rgb = [0, 255, 0];
const BLUE: Rgb = [0, 0, 255];
const BLACK: Rgb = [0, 0, 0];

function lamp(look: Look, can: LampColors): Rgb {
  const frame = reduce(look, { kind: "lamp", colors: can, blink: "by-device" }, lit);
  if (frame?.kind !== "lamp") throw new Error("no lamp");
  return frame.rgb;
}

test("a colour of the site's own is itself, the nearest, or lit, as names are", () => {
  const own: Look = { ...recording, color: "#fa1400" };
  expect(lamp(own, "rgb")).toEqual([250, 20, 0]);
  expect(lamp(own, [BLACK, RED, GREEN])).toEqual(RED);
  expect(lamp(own, "mono")).toEqual([255, 255, 255]);
  expect(lamp({ ...own, color: "#000000" }, [BLACK, RED])).toEqual(BLACK);
  const frame = reduce(own, { kind: "image", widthPx: 2, heightPx: 1 }, lit);
  expect(frame).toMatchObject({ rgb: new Uint8Array([250, 20, 0, 250, 20, 0]) });
});

test("a control that shows nothing gets nothing", () => {
  expect(reduce(recording, { kind: "none" }, lit)).toBeUndefined();
});

test("a text is cut to its columns", () => {
  expect(reduce(recording, { kind: "text", columns: 5 }, lit)).toEqual({ kind: "text", text: "REC 1" });
  expect(reduce(recording, { kind: "text", columns: 40 }, lit)).toEqual({ kind: "text", text: "REC 1:05" });
});

test("an image has three bytes a pixel and is not dark for a look that is lit", () => {
  const frame = reduce(recording, { kind: "image", widthPx: 72, heightPx: 58 }, lit);
  if (frame?.kind !== "image") throw new Error("no image");
  expect([frame.widthPx, frame.heightPx, frame.rgb.length]).toEqual([72, 58, 72 * 58 * 3]);
  expect(frame.rgb.some((part) => part > 0)).toBe(true);
});

describe("a lamp", () => {
  test("keeps the look's blinking", () => {
    expect(reduce(recording, { kind: "lamp", colors: "rgb", blink: "by-device" }, lit)).toEqual({
      kind: "lamp",
      rgb: RED,
      blink: "slow",
    });
  });

  test("of any colour shows the look's own", () => {
    for (const [color, rgb] of Object.entries(colors)) {
      expect(lamp({ ...recording, color: color as Look["color"] }, "rgb")).toEqual(rgb);
    }
  });

  test("of one colour shows whether the look matters, whatever its colour", () => {
    expect(lamp({ ...recording, color: "blue", oneColor: "lit" }, "mono")).toEqual([255, 255, 255]);
    expect(lamp({ ...recording, color: "red", oneColor: "dark" }, "mono")).toEqual(BLACK);
  });

  test.each<[color: Look["color"], palette: readonly Rgb[], shown: Rgb]>([
    ["red", [BLACK, RED], RED],
    ["orange", [BLACK, RED, GREEN], RED],
    ["yellow", [RED, [255, 255, 0]], [255, 255, 0]],
    ["green", [RED, GREEN], GREEN],
    ["blue", [RED, BLUE], BLUE],
    ["off", [RED, GREEN], BLACK],
    ["red", [], BLACK],
  ])("of few colours shows for %s among %j the nearest", (color, palette, shown) => {
    expect(lamp({ ...recording, color, oneColor: color === "off" ? "dark" : "lit" }, palette)).toEqual(shown);
  });
});

describe.each<[what: string, palette: readonly Rgb[]]>([
  ["red alone", [RED]],
  ["black and red", [BLACK, RED]],
  ["red and blue", [RED, BLUE]],
  ["black, green and red", [BLACK, GREEN, RED]],
])("a tally lamp that can show %s", (_, palette) => {
  const { tally } = lookPresets["red-is-recording"];

  test("is steadily red for a recording and for nothing else", () => {
    for (const condition of lookConditions) {
      const look = tally![condition];
      const isSteadyRed =
        look.blink === "steady" && lamp({ ...look, caption: "", badge: "" }, palette).join() === RED.join();
      expect(isSteadyRed, condition).toBe(condition === "recording");
    }
  });

  test("is never dark while something is wrong or under way", () => {
    for (const condition of ["pending", "failed", "stale", "paused"] as const) {
      expect(lamp({ ...tally![condition], caption: "", badge: "" }, palette), condition).not.toEqual(BLACK);
    }
  });
});
