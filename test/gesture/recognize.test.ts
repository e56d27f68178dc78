import { describe, expect, test } from "vitest";
import type { GestureSettings } from "../../src/gesture/gesture.ts";
import { nextMomentMs, recognizeTime, type Touch, untouched } from "../../src/gesture/recognize.ts";

const settings: GestureSettings = {
  wanted: new Set(["tap", "double-tap", "hold"]),
  holdMs: 800,
  doubleTapMs: 350,
  debounceMs: 0,
};
const noHold: GestureSettings = { ...settings, wanted: new Set(["tap", "double-tap"]) };

describe("time alone completes a touch at its moment and not before", () => {
  const justDown: Touch = { phase: "down", sinceMs: 1000, afterTapMs: undefined };

  test.each<{ touch: Touch; of: GestureSettings; dueMs: number; said: string }>([
    { said: "hold", touch: justDown, of: settings, dueMs: 1800 },
    { said: "tap hold", touch: { ...justDown, afterTapMs: 900 }, of: settings, dueMs: 1800 },
    { said: "stuck", touch: justDown, of: noHold, dueMs: 31_000 },
    { said: "stuck", touch: { phase: "spent", sinceMs: 1000 }, of: settings, dueMs: 31_000 },
    {
      said: "tap",
      touch: { phase: "between-taps", firstPressMs: 900, sinceMs: 1000 },
      of: settings,
      dueMs: 1350,
    },
  ])("$touch.phase at $dueMs: $said", ({ touch, of, dueMs, said }) => {
    const sayAt = (nowMs: number) => recognizeTime(touch, { nowMs, settings: of });
    expect(nextMomentMs(touch, of)).toBe(dueMs);
    expect(sayAt(dueMs - 1)).toEqual({ touch, said: [] });
    expect(
      sayAt(dueMs)
        .said.map(({ kind }) => kind)
        .join(" "),
    ).toBe(said);
    expect(sayAt(dueMs).touch).not.toEqual(touch);
  });

  test.each<Touch>([untouched, { phase: "ignored" }])(
    "nothing comes of a control that is $phase",
    (touch) => {
      expect(nextMomentMs(touch, settings)).toBeUndefined();
      expect(recognizeTime(touch, { nowMs: 1e9, settings })).toEqual({ touch, said: [] });
    },
  );
});
