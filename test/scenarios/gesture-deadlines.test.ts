import { expect, test } from "vitest";
import type { ControlInput } from "../../src/driver/contract.ts";
import type { GestureKind } from "../../src/gesture/gestures/index.ts";
import { DOWN, type Step, startDrivenPanel, UP } from "./driven-panel.ts";

interface Longest {
  readonly input?: ControlInput;
  /** Beside what the gesture itself does: what else is bound, and the longest times that the mapping allows. */
  readonly binding?: Readonly<Record<string, unknown>>;
  readonly steps: readonly Step[];
  /** From the first step until the moment to which a mark belongs. */
  readonly momentMs: number;
}

const HOLD_MS = 10_000;
const DOUBLE_TAP_MS = 2000;
const SLOWEST = { holdMs: HOLD_MS, doubleTapMs: DOUBLE_TAP_MS, debounceMs: 1000 };
/** As long as a momentary control may be down. */
const ALMOST_STUCK_MS = 29_000;
const ENCODER: ControlInput = { shape: "encoder", push: "button" };
const TOUCH: ControlInput = { shape: "touch" };

/** Every gesture at its longest settings. */
const longest: Readonly<Record<GestureKind, Longest>> = {
  press: { binding: { ...SLOWEST, hold: "lock", "double-tap": "lock" }, steps: [DOWN], momentMs: 0 },
  release: {
    binding: { holdMs: HOLD_MS },
    steps: [DOWN, ALMOST_STUCK_MS, UP],
    momentMs: ALMOST_STUCK_MS,
  },
  tap: {
    binding: { ...SLOWEST, hold: "lock", "double-tap": "lock" },
    steps: [DOWN, HOLD_MS - 1, UP, DOUBLE_TAP_MS],
    momentMs: 0,
  },
  "double-tap": {
    binding: { ...SLOWEST, hold: "lock", tap: "lock" },
    steps: [DOWN, HOLD_MS - 1, UP, DOUBLE_TAP_MS - 1, DOWN, HOLD_MS - 1, UP],
    momentMs: HOLD_MS - 1 + DOUBLE_TAP_MS - 1,
  },
  hold: { binding: SLOWEST, steps: [DOWN, HOLD_MS], momentMs: 0 },
  turn: { input: ENCODER, binding: SLOWEST, steps: [{ kind: "turned", detents: 1 }], momentMs: 0 },
  move: { input: { shape: "fader" }, steps: [{ kind: "moved", fraction: 1 }], momentMs: 0 },
  pulse: { input: { shape: "pulse" }, steps: [{ kind: "pulsed", values: ["card"] }], momentMs: 0 },
  "swipe-left": { input: TOUCH, steps: [{ kind: "touched", how: "swipe-left" }], momentMs: 0 },
  "swipe-right": { input: TOUCH, steps: [{ kind: "touched", how: "swipe-right" }], momentMs: 0 },
};

const gestures = Object.entries(longest) as readonly (readonly [GestureKind, Longest])[];

function bind(gesture: GestureKind, action: unknown): Readonly<Record<string, unknown>> {
  return gesture === "turn" ? { turn: { right: action } } : { [gesture]: action };
}

test.each(gestures)("%s at its longest is carried out", async (gesture, { input, binding, steps }) => {
  const panel = await startDrivenPanel({
    ...(input && { input }),
    binding: { ...binding, ...bind(gesture, "start") },
  });
  await panel.play(steps);
  expect(panel.outcomes()).toEqual(["done"]);
  expect(panel.recording()).toBe("recording");
});

test.each(gestures)(
  "a mark by %s at its longest belongs to the moment that was meant",
  async (gesture, { input, binding, steps, momentMs }) => {
    const mark = bind(gesture, { mark: "here" });
    const panel = await startDrivenPanel({ ...(input && { input }), binding: { ...binding, ...mark } });
    panel.somebodyElse("start");
    await panel.clock.advance(5000);
    const begunAtMs = panel.clock.monotonicMs();
    await panel.play(steps);
    expect(panel.outcomes()).toEqual(["done"]);
    const press = panel.facts.find((fact) => fact.kind === "press");
    expect(press?.kind === "press" && press.cause.pressedAtMs - begunAtMs).toBe(momentMs);
    const [filed] = panel.facts.flatMap((fact) => (fact.kind === "mark" ? [fact.timeSeconds] : []));
    // The room was started five seconds before.
    expect(filed).toBeGreaterThanOrEqual(Math.floor(momentMs / 1000) + 4);
    expect(filed).toBeLessThanOrEqual(Math.floor(momentMs / 1000) + 6);
  },
);
