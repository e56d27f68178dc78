import { describe, expect, test } from "vitest";
import type { GestureSettings } from "../../src/gesture/gesture.ts";
import { gestures as rules } from "../../src/gesture/gestures/index.ts";
import {
  nextMomentMs,
  recognizeTime,
  type Said,
  type Touch,
  untouched,
} from "../../src/gesture/recognize.ts";

const settings: GestureSettings = {
  wanted: new Set(["tap", "double-tap", "hold"]),
  holdMs: 800,
  doubleTapMs: 350,
  debounceMs: 0,
};
const noHold: GestureSettings = { ...settings, wanted: new Set(["tap", "double-tap"]) };
const down = { downMs: 1000, upMs: undefined };

describe("time alone completes a touch at its moment and not before", () => {
  test.each<{ what: string; touch: Touch; of: GestureSettings; dueMs: number; said: string }>([
    { said: "hold", what: "down", touch: { phase: "open", strokes: [down] }, of: settings, dueMs: 1800 },
    {
      said: "tap hold",
      what: "down after a tap",
      touch: { phase: "open", strokes: [{ downMs: 900, upMs: 950 }, down] },
      of: settings,
      dueMs: 1800,
    },
    {
      said: "stuck",
      what: "down, no hold",
      touch: { phase: "open", strokes: [down] },
      of: noHold,
      dueMs: 31_000,
    },
    { said: "stuck", what: "spent", touch: { phase: "spent", sinceMs: 1000 }, of: settings, dueMs: 31_000 },
    {
      said: "tap",
      what: "up after a tap",
      touch: { phase: "open", strokes: [{ downMs: 900, upMs: 1000 }] },
      of: settings,
      dueMs: 1350,
    },
  ])("$what at $dueMs: $said", ({ touch, of, dueMs, said }) => {
    const sayAt = (nowMs: number) => recognizeTime(touch, { nowMs, settings: of, rules });
    expect(nextMomentMs(touch, { settings: of, rules })).toBe(dueMs);
    expect(sayAt(dueMs - 1)).toEqual({ touch, said: [] });
    expect(sayAt(dueMs).said.map(wordOf).join(" ")).toBe(said);
    expect(sayAt(dueMs).touch).not.toEqual(touch);
  });

  test.each<Touch>([untouched, { phase: "ignored" }])(
    "nothing comes of a control that is $phase",
    (touch) => {
      expect(nextMomentMs(touch, { settings, rules })).toBeUndefined();
      expect(recognizeTime(touch, { nowMs: 1e9, settings, rules })).toEqual({ touch, said: [] });
    },
  );
});

function wordOf({ rule }: Said): string {
  return rule === "stuck" ? rule : rule.word;
}
