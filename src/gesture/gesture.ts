import type { ControlId } from "../base/identifiers.ts";
import type { Value } from "../driver/control.ts";
import type { Peer } from "../driver/link.ts";
import type { GestureTiming } from "./gesture-rule.ts";
import type { GestureKind } from "./gestures/index.ts";

/** Control events plus time. Outcomes are exclusive: a hold is never also a tap. */
export interface Gesture<Binding> {
  readonly kind: GestureKind;
  /** What a binding calls it: its kind, with the way that it went where it has ways. */
  readonly key: string;
  readonly control: ControlId;
  /** What the control was bound to when it was pressed: a change of page or mapping comes too late for it. */
  readonly binding: Binding;
  /** Monotonic: when the finger came down (for a release: up), or the dial turned. */
  readonly pressedAtMs: number;
  /** Monotonic: when nothing else could be meant any more, such as the end of a hold. */
  readonly completedAtMs: number;
  /** Detents for a turn (clockwise positive), the fraction for a move, the values of a pulse. */
  readonly values: readonly Value[];
  /** Who touched it, where the touch came over a network. */
  readonly peer: Peer | undefined;
}

/** How one control is to be understood. */
export interface GestureSettings extends GestureTiming {
  /** The gestures that something is bound to: what nobody waits for costs no delay. */
  readonly wanted: ReadonlySet<string>;
  /** After an edge, further edges are ignored for this long; 0 where the hardware debounces. */
  readonly debounceMs: number;
  /** `maintained`: it stays down by itself, for as long as it likes; absent where nobody says so: a finger holds it. */
  readonly contact?: "momentary" | "maintained";
  /** Absent where the gesture is enough. */
  readonly deliberate?: Deliberate;
}

/** What a control wants beside the gesture before anything is done. */
export interface Deliberate {
  /** Another control of the device that has to be held meanwhile. */
  readonly together: ControlId | undefined;
  /** It has to come twice. */
  readonly confirm: boolean;
  /** It is done so much later, and another press calls it off; 0 for at once. */
  readonly delayMs: number;
}

/** A momentary control that is down for longer than this is not held by a finger. */
export const STUCK_MS = 30_000;
