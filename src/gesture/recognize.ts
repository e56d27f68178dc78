import { assertNever } from "../base/result.ts";
import type { ControlEvent, TouchGesture, Value } from "../driver/control.ts";
import { type GestureKind, type GestureSettings, STUCK_MS } from "./gesture.ts";

/** What one control is in the middle of. */
export type Touch =
  | { readonly phase: "up" }
  /** Down, and still able to become a tap or a hold; `afterTapMs` is the press of a tap just before. */
  | { readonly phase: "down"; readonly sinceMs: number; readonly afterTapMs: number | undefined }
  /** Down, and what it meant has been said; only a release can follow. */
  | { readonly phase: "spent"; readonly sinceMs: number }
  /** Down since before anybody watched, or for so long that it is no finger. */
  | { readonly phase: "ignored" }
  /** Up after one tap, waiting for the second. */
  | { readonly phase: "between-taps"; readonly firstPressMs: number; readonly sinceMs: number };

export interface Recognition {
  readonly touch: Touch;
  readonly said: readonly Said[];
}

/** `stuck` is not a gesture: nothing can be bound to it, it is reported. */
export interface Said {
  readonly kind: GestureKind | "stuck";
  readonly pressedAtMs: number;
  readonly completedAtMs: number;
  readonly values: readonly Value[];
}

export const untouched: Touch = { phase: "up" };

/** The next touch of one control after an event: pure. */
export function recognize(touch: Touch, event: ControlEvent, at: Moment): Recognition {
  switch (event.kind) {
    case "held":
      return { touch: found(touch, at), said: [] };
    case "down":
      return press(touch, at);
    case "up":
      return release(touch, at);
    case "turned":
      return { touch, said: [sayNow("turn", at, [event.detents])] };
    case "moved":
      return { touch, said: [sayNow("move", at, [event.fraction])] };
    case "touched":
      return { touch, said: surfaceTouch(event.how, at) };
    case "pulsed":
      return { touch, said: pulse(event.values, at) };
    default:
      return assertNever(event);
  }
}

/** The next touch when nothing but time has happened: pure. A gesture is complete when its time was up, however late that is noticed. */
export function recognizeTime(touch: Touch, at: Moment): Recognition {
  const { nowMs, settings } = at;
  if (touch.phase === "down" && settings.wanted.has("hold") && nowMs >= touch.sinceMs + settings.holdMs) {
    const { sinceMs, afterTapMs } = touch;
    const completedAtMs = sinceMs + settings.holdMs;
    const tapBefore = afterTapMs === undefined ? [] : [say("tap", afterTapMs, completedAtMs)];
    return { touch: { phase: "spent", sinceMs }, said: [...tapBefore, say("hold", sinceMs, completedAtMs)] };
  }
  if (
    (touch.phase === "down" || touch.phase === "spent") &&
    nowMs >= touch.sinceMs + stuckAfterMs(settings)
  ) {
    return { touch: { phase: "ignored" }, said: [sayNow("stuck", at)] };
  }
  if (touch.phase === "between-taps" && nowMs >= touch.sinceMs + settings.doubleTapMs) {
    const completedAtMs = touch.sinceMs + settings.doubleTapMs;
    return { touch: untouched, said: [say("tap", touch.firstPressMs, completedAtMs)] };
  }
  return { touch, said: [] };
}

/** When `recognizeTime` is worth calling. */
export function nextMomentMs(touch: Touch, settings: GestureSettings): number | undefined {
  switch (touch.phase) {
    case "down":
      return touch.sinceMs + (settings.wanted.has("hold") ? settings.holdMs : stuckAfterMs(settings));
    case "spent":
      return touch.sinceMs + stuckAfterMs(settings);
    case "between-taps":
      return touch.sinceMs + settings.doubleTapMs;
    default:
      return undefined;
  }
}

export interface Moment {
  readonly nowMs: number;
  readonly settings: GestureSettings;
}

/**
 * Down already: what was begun is taken back, and its release means nothing. Else it was down before anybody watched:
 * that is no press, and of what stays down by itself the release counts.
 */
function found({ phase }: Touch, { nowMs, settings }: Moment): Touch {
  const isTakenBack = phase === "down" || phase === "spent" || phase === "ignored";
  if (isTakenBack || settings.contact !== "maintained") return { phase: "ignored" };
  return { phase: "spent", sinceMs: nowMs };
}

function stuckAfterMs({ contact }: GestureSettings): number {
  return contact === "maintained" ? Number.POSITIVE_INFINITY : STUCK_MS;
}

function press(touch: Touch, at: Moment): Recognition {
  const { nowMs, settings } = at;
  if (touch.phase === "down" || touch.phase === "spent" || touch.phase === "ignored")
    return { touch, said: [] };
  const afterTapMs = touch.phase === "between-taps" ? touch.firstPressMs : undefined;
  const waits = settings.wanted.has("hold") || settings.wanted.has("double-tap");
  const pressed = sayNow("press", at);
  if (waits) return { touch: { phase: "down", sinceMs: nowMs, afterTapMs }, said: [pressed] };
  // Nothing else could be meant: a tap need not wait for the finger to leave.
  return { touch: { phase: "spent", sinceMs: nowMs }, said: [pressed, sayNow("tap", at)] };
}

/** A release is a moment of its own: it may come an hour after the press. */
function release(touch: Touch, at: Moment): Recognition {
  const { nowMs, settings } = at;
  const released = sayNow("release", at);
  switch (touch.phase) {
    case "up":
    case "between-taps":
      return { touch, said: [] };
    case "ignored":
      return { touch: untouched, said: [] };
    case "spent":
      return { touch: untouched, said: [released] };
    case "down":
      if (touch.afterTapMs !== undefined)
        return { touch: untouched, said: [released, say("double-tap", touch.sinceMs, nowMs)] };
      if (!settings.wanted.has("double-tap"))
        return { touch: untouched, said: [released, say("tap", touch.sinceMs, nowMs)] };
      return {
        touch: { phase: "between-taps", firstPressMs: touch.sinceMs, sinceMs: nowMs },
        said: [released],
      };
    default:
      return assertNever(touch);
  }
}

/** A moment without a release is a whole touch of its own. */
function pulse(values: readonly Value[], at: Moment): readonly Said[] {
  return [sayNow("press", at, values), sayNow("tap", at, values), sayNow("pulse", at, values)];
}

/** A surface knows a tap from a hold by itself: only what it says is said. */
function surfaceTouch(how: TouchGesture, at: Moment): readonly Said[] {
  return how === "tap" ? [sayNow("press", at), sayNow("tap", at)] : [sayNow(how, at)];
}

function sayNow(kind: Said["kind"], { nowMs }: Moment, values: readonly Value[] = []): Said {
  return { kind, pressedAtMs: nowMs, completedAtMs: nowMs, values };
}

function say(kind: Said["kind"], pressedAtMs: number, completedAtMs: number): Said {
  return { kind, pressedAtMs, completedAtMs, values: [] };
}
