import type { ControlEvent, Value } from "../driver/control.ts";
import { type GestureSettings, STUCK_MS } from "./gesture.ts";
import type { GestureRule, Stroke } from "./gesture-rule.ts";

/** What one control is in the middle of. */
export type Touch =
  | { readonly phase: "up" }
  /** Presses that nothing has been said of: the last one may be under way. Several gestures could still be meant. */
  | { readonly phase: "open"; readonly strokes: readonly [Stroke, ...Stroke[]] }
  /** Down, and what it meant has been said; only a release can follow. */
  | { readonly phase: "spent"; readonly sinceMs: number }
  /** Down since before anybody watched, or for so long that it is no finger. */
  | { readonly phase: "ignored" };

export interface Recognition {
  readonly touch: Touch;
  readonly said: readonly Said[];
}

/** `stuck` is not a gesture: nothing can be bound to it, it is reported. */
export interface Said {
  readonly rule: GestureRule | "stuck";
  readonly pressedAtMs: number;
  readonly completedAtMs: number;
  readonly values: readonly Value[];
}

export interface Moment {
  readonly nowMs: number;
  readonly settings: GestureSettings;
  readonly rules: readonly GestureRule[];
}

export const untouched: Touch = { phase: "up" };

/** Since when it is down; nothing while it is up, or does not count. */
export function downSinceMs(touch: Touch): number | undefined {
  if (touch.phase === "spent") return touch.sinceMs;
  const last = touch.phase === "open" ? touch.strokes.at(-1) : undefined;
  return last?.upMs === undefined ? last?.downMs : undefined;
}

/** The next touch of one control after an event: pure. */
export function recognize(touch: Touch, event: ControlEvent, at: Moment): Recognition {
  switch (event.kind) {
    case "held":
      return { touch: found(touch, at), said: [] };
    case "down":
      return press(touch, event, at);
    case "up":
      return release(touch, event, at);
    default:
      return { touch, said: instantly(event, at) };
  }
}

/** The next touch when nothing but time has happened: pure. A gesture is complete when its time was up, however late that is noticed. */
export function recognizeTime(touch: Touch, at: Moment): Recognition {
  if (touch.phase === "open") {
    const decided = decide(touch.strokes, at, { kind: "time" });
    if (decided !== undefined) return decided;
  }
  const sinceMs = downSinceMs(touch);
  if (sinceMs === undefined || at.nowMs < sinceMs + stuckAfterMs(at.settings)) return { touch, said: [] };
  return { touch: { phase: "ignored" }, said: [say("stuck", at.nowMs, at.nowMs)] };
}

/** When `recognizeTime` is worth calling. */
export function nextMomentMs(touch: Touch, at: Omit<Moment, "nowMs">): number | undefined {
  const sinceMs = downSinceMs(touch);
  const stuckMs = sinceMs === undefined ? Infinity : sinceMs + stuckAfterMs(at.settings);
  const limits = touch.phase === "open" ? readAll(touch.strokes, at).map(({ untilMs }) => untilMs) : [];
  const nextMs = Math.min(stuckMs, ...limits);
  return nextMs === Infinity ? undefined : nextMs;
}

/**
 * Down already: what was begun is taken back, and its release means nothing. Else it was down before anybody watched:
 * that is no press, and of what stays down by itself the release counts.
 */
function found(touch: Touch, { nowMs, settings }: Moment): Touch {
  const isTakenBack = downSinceMs(touch) !== undefined || touch.phase === "ignored";
  if (isTakenBack || settings.contact !== "maintained") return { phase: "ignored" };
  return { phase: "spent", sinceMs: nowMs };
}

function stuckAfterMs({ contact }: GestureSettings): number {
  return contact === "maintained" ? Number.POSITIVE_INFINITY : STUCK_MS;
}

function press(touch: Touch, event: ControlEvent, at: Moment): Recognition {
  if (downSinceMs(touch) !== undefined || touch.phase === "ignored") return { touch, said: [] };
  const before = touch.phase === "open" ? touch.strokes : [];
  return goOn([...before, { downMs: at.nowMs, upMs: undefined }], event, at);
}

function release(touch: Touch, event: ControlEvent, at: Moment): Recognition {
  if (touch.phase === "spent") return { touch: untouched, said: instantly(event, at) };
  if (touch.phase === "ignored") return { touch: untouched, said: [] };
  if (touch.phase === "up" || downSinceMs(touch) === undefined) return { touch, said: [] };
  const finished = touch.strokes.map((stroke) => ({ ...stroke, upMs: stroke.upMs ?? at.nowMs }));
  return goOn(finished, event, at);
}

/** A new edge: what it is by itself, and what it makes of the strokes. */
function goOn(strokes: readonly Stroke[], event: ControlEvent, at: Moment): Recognition {
  const said = instantly(event, at);
  const open = strokes as readonly [Stroke, ...Stroke[]];
  const decided = decide(open, at, { kind: "edge" });
  if (decided === undefined) return { touch: { phase: "open", strokes: open }, said };
  return { touch: decided.touch, said: [...said, ...decided.said] };
}

function instantly(event: ControlEvent, { nowMs, rules }: Moment): readonly Said[] {
  return rules.flatMap((rule) => {
    const values = rule.instant?.(event);
    return values === undefined ? [] : [{ ...say(rule, nowMs, nowMs), values }];
  });
}

interface Candidate {
  readonly rule: GestureRule;
  readonly count: number;
  readonly rank: number;
  readonly isComplete: boolean;
  /** Endless where it is decided. */
  readonly untilMs: number;
  readonly after: "complete" | "impossible";
  readonly isOpen: boolean;
}

/** What each gesture makes of the strokes: those that something is bound to, and the one that needs no time. */
function readAll(
  strokes: readonly Stroke[],
  { settings, rules }: Omit<Moment, "nowMs">,
): readonly Candidate[] {
  return rules.flatMap((rule) => {
    const { word, strokes: made } = rule;
    if (made === undefined || !(made.rank === LOWEST || settings.wanted.has(word))) return [];
    const { count, rank } = made;
    const reading = made.read(strokes, settings);
    const isOpen = typeof reading === "object";
    const { untilMs, after } = isOpen ? reading : ({ untilMs: Infinity, after: "impossible" } as const);
    return [{ rule, count, rank, isComplete: reading === "complete", untilMs, after, isOpen }];
  });
}

/** A single stroke is this when nothing else is meant. */
const LOWEST = 1;

/** What the strokes mean; nothing while that is open. Time is looked at only where nothing else has happened. */
function decide(
  strokes: readonly [Stroke, ...Stroke[]],
  at: Moment,
  cause: { readonly kind: "edge" | "time" },
): Recognition | undefined {
  let candidates = readAll(strokes, at);
  let decidedAtMs = at.nowMs;
  for (;;) {
    const best = candidates
      .filter(({ isComplete }) => isComplete)
      .toSorted((one, other) => other.rank - one.rank)[0];
    const rivals = candidates.filter(({ isOpen, rank }) => isOpen && rank > (best?.rank ?? 0));
    if (rivals.length === 0) return conclude(strokes, best, { at, decidedAtMs });
    const dueMs = Math.min(...rivals.map(({ untilMs }) => untilMs));
    if (cause.kind === "edge" || dueMs > at.nowMs) return undefined;
    decidedAtMs = dueMs;
    candidates = candidates.map((one) =>
      one.untilMs > dueMs ? one : { ...one, isOpen: false, isComplete: one.after === "complete" },
    );
  }
}

/** Strokes that are part of nothing else are taps. */
function conclude(
  strokes: readonly [Stroke, ...Stroke[]],
  best: Candidate | undefined,
  { at, decidedAtMs }: { readonly at: Moment; readonly decidedAtMs: number },
): Recognition {
  const last = strokes.at(-1) ?? strokes[0];
  const single = at.rules.find((rule) => rule.strokes?.rank === LOWEST);
  const rest = strokes.slice(0, strokes.length - (best?.count ?? 0));
  const taps = single === undefined ? [] : rest.map(({ downMs }) => say(single, downMs, decidedAtMs));
  const said = best === undefined ? taps : [...taps, say(best.rule, last.downMs, decidedAtMs)];
  return { touch: last.upMs === undefined ? { phase: "spent", sinceMs: last.downMs } : untouched, said };
}

function say(rule: Said["rule"], pressedAtMs: number, completedAtMs: number): Said {
  return { rule, pressedAtMs, completedAtMs, values: [] };
}
