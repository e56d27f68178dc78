import type { ControlEvent, ControlInput, Value } from "../driver/control.ts";

/** One press of a control, from down to up. `upMs` is absent while it is down. Monotonic. */
export interface Stroke {
  readonly downMs: number;
  readonly upMs: number | undefined;
}

/** How long things take at one control. */
export interface GestureTiming {
  readonly holdMs: number;
  /** The longest pause between two taps. */
  readonly doubleTapMs: number;
}

/** What the strokes so far say. `after`: what it is when nothing more has happened until `untilMs`. */
type Reading =
  | "complete"
  | "impossible"
  | { readonly untilMs: number; readonly after: "complete" | "impossible" };

/** All that the bridge knows of one gesture. A new one is a file with this, and an entry in `gestures/index.ts`. */
export interface GestureRule<Word extends string = string> {
  /** Names it in mappings and in the journal. */
  readonly word: Word;
  /** When it happens, for the mapping's schema: `on a short press`. */
  readonly when: string;
  /** Shapes of controls that can report it. */
  readonly shapes: readonly ControlInput["shape"][];
  /** Where actions are bound to each way that it can go: the ways, and what the schema says of them. */
  readonly ways?: Readonly<Record<string, string>>;
  /** The way that it went. */
  wayOf?(values: readonly Value[]): string;
  /** The values of an event that is this gesture by itself; nothing for every other event. */
  instant?(event: ControlEvent): readonly Value[] | undefined;
  /** For a gesture that is made of presses and time. */
  readonly strokes?: StrokeRule;
}

interface StrokeRule {
  /** It is the last so many strokes; those before them are taps. */
  readonly count: number;
  /** Where several are complete or may still come, the highest rank is meant. */
  readonly rank: number;
  /** Pure. `strokes` are those since the control was last at rest, the last one perhaps unfinished. */
  read(strokes: readonly Stroke[], timing: GestureTiming): Reading;
}

/** What a control's binding calls the gesture: with its way, where it has ways. */
export function keyOf({ word, wayOf }: GestureRule, values: readonly Value[]): string {
  return wayOf === undefined ? word : `${word}-${wayOf(values)}`;
}
