import { createHash, timingSafeEqual } from "node:crypto";

/** How a panel is kept from those who do not know its PIN. */
export interface PanelLockSettings {
  /** Digits; compared in constant time. */
  readonly pin: string;
  /** Wrong tries before the panel refuses all for a while. */
  readonly attempts: number;
  readonly refuseMs: number;
  /** Locks again after so long without a touch. */
  readonly lockAfterMs: number;
}

export type PanelLockState =
  | { readonly kind: "unlocked"; readonly touchedMs: number }
  | { readonly kind: "locked"; readonly typed: string; readonly typedMs: number; readonly wrong: number }
  | { readonly kind: "refusing"; readonly untilMs: number };

export const lockedAtStart = {
  kind: "locked",
  typed: "",
  typedMs: 0,
  wrong: 0,
} as const satisfies PanelLockState;

/** Digits that somebody left behind must not spoil the next person's PIN. */
const FORGET_DIGITS_MS = 5000;

/** The next state of a panel's lock after a digit: pure. A PIN is tried as soon as it is long enough. */
export function typeDigit(
  state: PanelLockState,
  digit: string,
  { settings, nowMs }: { settings: PanelLockSettings; nowMs: number },
): PanelLockState {
  const current = passLockTime(state, { settings, nowMs });
  if (current.kind !== "locked") return current;
  const typed = current.typed + digit;
  if (typed.length < settings.pin.length) return { ...current, typed, typedMs: nowMs };
  if (isEqual(typed, settings.pin)) return { kind: "unlocked", touchedMs: nowMs };
  const wrong = current.wrong + 1;
  if (wrong >= settings.attempts) return { kind: "refusing", untilMs: nowMs + settings.refuseMs };
  return { ...lockedAtStart, wrong };
}

/** The state after time alone: an idle panel locks, a refusing one listens again, digits are forgotten. */
export function passLockTime(
  state: PanelLockState,
  { settings, nowMs }: { settings: PanelLockSettings; nowMs: number },
): PanelLockState {
  if (state.kind === "unlocked" && nowMs >= state.touchedMs + settings.lockAfterMs) return lockedAtStart;
  if (state.kind === "refusing" && nowMs >= state.untilMs) return lockedAtStart;
  if (state.kind === "locked" && state.typed !== "" && nowMs >= state.typedMs + FORGET_DIGITS_MS)
    return { ...lockedAtStart, wrong: state.wrong };
  return state;
}

function isEqual(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
