import type { GestureRule } from "../gesture-rule.ts";
import { doubleTap } from "./double-tap.ts";
import { hold } from "./hold.ts";
import { move } from "./move.ts";
import { press } from "./press.ts";
import { pulse } from "./pulse.ts";
import { release } from "./release.ts";
import { swipeLeft, swipeRight } from "./swipe.ts";
import { tap } from "./tap.ts";
import { turn } from "./turn.ts";

const all = [
  press,
  release,
  tap,
  doubleTap,
  hold,
  pulse,
  move,
  swipeLeft,
  swipeRight,
  turn,
] as const satisfies readonly GestureRule[];

export type GestureKind = (typeof all)[number]["word"];

/** Every gesture that a mapping may bind, in the order in which one event is said to be several. A new one is one entry. */
export const gestures: readonly GestureRule[] = all;
