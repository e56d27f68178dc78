import { describe, expect, test } from "vitest";
import type { GestureSettings } from "../../src/gesture/gesture.ts";
import type { GestureRule } from "../../src/gesture/gesture-rule.ts";
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

describe("gestures that nobody has thought of yet", () => {
  const made = (word: string, strokes: GestureRule["strokes"]): GestureRule => ({
    word,
    when: "",
    shapes: ["button"],
    strokes: strokes!,
  });
  const afterDown = (word: string, rank: number, ms: number) =>
    made(word, { count: 1, rank, read: ([first]) => ({ untilMs: first!.downMs + ms, after: "complete" }) });
  /** Not complete any more at the third press, which does not come in time. */
  const triple = made("triple", {
    count: 3,
    rank: 3,
    read: (strokes) => ({ untilMs: (strokes.at(-1)?.upMs ?? Infinity) + 300, after: "impossible" }),
  });
  const said = (touch: Touch, nowMs: number, some: readonly GestureRule[]) => {
    const wanted = new Set(some.map(({ word }) => word));
    return recognizeTime(touch, { nowMs, settings: { ...settings, wanted }, rules: some }).said.map(wordOf);
  };

  test("may end one after the other: the higher one is waited for", () => {
    const touch: Touch = { phase: "open", strokes: [down] };
    const both = [afterDown("long", 3, 500), afterDown("longer", 5, 1000)];
    expect([said(touch, 1500, both), said(touch, 2000, both)]).toEqual([[], ["longer"]]);
  });

  test("leave taps when nothing comes of them, where there are taps", () => {
    const strokes = [
      { downMs: 900, upMs: 950 },
      { downMs: 1000, upMs: 1050 },
    ] as const;
    const tap = rules.find(({ word }) => word === "tap")!;
    const touch: Touch = { phase: "open", strokes };
    expect(said(touch, 1350, [tap, triple])).toEqual(["tap", "tap"]);
    expect(said(touch, 1350, [triple])).toEqual([]);
  });
});

function wordOf({ rule }: Said): string {
  return rule === "stuck" ? rule : rule.word;
}
