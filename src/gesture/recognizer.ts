import type { Cancel, Clock } from "../base/clock.ts";
import type { ControlId } from "../base/identifiers.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { Peer } from "../driver/link.ts";
import type { Gesture, GestureSettings } from "./gesture.ts";
import { type GestureRule, keyOf } from "./gesture-rule.ts";
import { type GestureKind, gestures } from "./gestures/index.ts";
import {
  downSinceMs,
  type Moment,
  nextMomentMs,
  type Recognition,
  recognize,
  recognizeTime,
  type Said,
  type Touch,
  untouched,
} from "./recognize.ts";

/** A control's binding together with how its touches are to be understood. */
export interface Bound<Binding> {
  readonly binding: Binding;
  readonly settings: GestureSettings;
}

interface RecognizerTools<Binding> {
  readonly clock: Clock;
  /** Default all that there are. */
  readonly rules?: readonly GestureRule[];
  /** The earliest moment (monotonic) at which what is read now may have come. */
  arrivedAtMs(): number;
  /** The binding that holds now; asked when a finger comes down. */
  bindingOf(control: ControlId): Bound<Binding> | undefined;
  /** A gesture that time has completed. */
  gesture(gesture: Gesture<Binding>): void;
  stuck(control: ControlId): void;
  /** It was pressed and let go, and nothing is bound to that: a hold, perhaps, was meant. */
  tooShort(control: ControlId): void;
}

interface Watched<Binding> {
  touch: Touch;
  /** Fixed when the finger came down. */
  bound: Bound<Binding>;
  quietUntilMs: number;
  /** What the contact says, also while its edges are ignored. */
  contact: "down" | "up";
  peer: Peer | undefined;
  cancel: Cancel;
}

/** Turns one device's control events into gestures; the machine itself is in `recognize.ts`. */
export class Recognizer<Binding> {
  readonly #tools: RecognizerTools<Binding>;
  readonly #rules: readonly GestureRule[];
  readonly #controls = new Map<ControlId, Watched<Binding>>();

  constructor(tools: RecognizerTools<Binding>) {
    this.#tools = tools;
    this.#rules = tools.rules ?? gestures;
  }

  /** The gestures that this event completes; others may follow when their time is up. */
  take(event: ControlEvent, peer?: Peer): readonly Gesture<Binding>[] {
    const { control, kind } = event;
    const watched = this.#watch(event);
    if (watched === undefined) return [];
    if (kind !== "held" && kind !== "down" && kind !== "up") {
      // A moment of its own, by its own peer: it leaves a finger that is down alone.
      const { said } = recognize(watched.touch, event, this.#momentOf(watched, this.#tools.arrivedAtMs()));
      return this.#gesturesOf(said, { ...watched, control, peer });
    }
    // Whose finger it is, is settled when it comes down: who joins in later lends it no rights.
    if (kind === "down" && isUp(watched.touch)) watched.peer = peer;
    if (kind !== "held") {
      watched.contact = kind;
      if (this.#tools.clock.monotonicMs() < watched.quietUntilMs) return [];
      if (watched.bound.settings.debounceMs > 0) this.#quieten(watched, control);
    }
    const at = this.#momentOf(watched, this.#tools.arrivedAtMs());
    return this.#advance(watched, control, recognize(watched.touch, event, at));
  }

  #momentOf({ bound: { settings } }: Watched<Binding>, nowMs: number): Moment {
    return { nowMs, settings, rules: this.#rules };
  }

  /** Since when a control is down and how long a hold takes, for showing progress. */
  holding(control: ControlId): { readonly sinceMs: number; readonly holdMs: number } | undefined {
    const watched = this.#controls.get(control);
    const sinceMs = watched?.touch.phase === "open" ? downSinceMs(watched.touch) : undefined;
    if (watched === undefined || sinceMs === undefined) return undefined;
    const { wanted, holdMs } = watched.bound.settings;
    return wanted.has("hold") ? { sinceMs, holdMs } : undefined;
  }

  /** Whether a finger is down on something; what stays down by itself is none. */
  isTouched(): boolean {
    return [...this.#controls.values()].some(
      ({ touch, bound }) => bound.settings.contact !== "maintained" && downSinceMs(touch) !== undefined,
    );
  }

  /** The device is gone: nothing that was down counts any more, and no release is invented. */
  forget(): void {
    for (const watched of this.#controls.values()) watched.cancel();
    this.#controls.clear();
  }

  #watch(event: ControlEvent): Watched<Binding> | undefined {
    const known = this.#controls.get(event.control);
    if (known !== undefined && known.touch.phase !== "up") return known;
    const bound = this.#tools.bindingOf(event.control);
    if (bound === undefined) return undefined;
    if (known !== undefined) {
      known.bound = bound;
      return known;
    }
    const fresh: Watched<Binding> = {
      touch: untouched,
      bound,
      quietUntilMs: -Infinity,
      contact: "up",
      peer: undefined,
      cancel: () => undefined,
    };
    this.#controls.set(event.control, fresh);
    return fresh;
  }

  /** The first edge acts at once; bouncing after it is ignored, and where the contact ends up counts. */
  #quieten(watched: Watched<Binding>, control: ControlId): void {
    const { clock } = this.#tools;
    const { debounceMs } = watched.bound.settings;
    const acted = watched.contact;
    watched.quietUntilMs = clock.monotonicMs() + debounceMs;
    clock.after(debounceMs, () => {
      if (this.#controls.get(control) !== watched || watched.contact === acted) return;
      watched.quietUntilMs = -Infinity;
      this.#complete(this.take({ kind: watched.contact, control }, watched.peer));
    });
  }

  #advance(
    watched: Watched<Binding>,
    control: ControlId,
    { touch, said }: Recognition,
  ): readonly Gesture<Binding>[] {
    const { bound, peer } = watched;
    watched.touch = touch;
    watched.cancel();
    const dueMs = nextMomentMs(touch, this.#momentOf(watched, 0));
    if (dueMs !== undefined) this.#wait(watched, control, dueMs);
    return this.#gesturesOf(said, { bound, control, peer });
  }

  /** After a busy moment a release may be waiting to be read: it is, before the time that passed means anything. */
  #wait(watched: Watched<Binding>, control: ControlId, dueMs: number): void {
    const { clock } = this.#tools;
    let isOff = false;
    const pass = () => {
      const at = this.#momentOf(watched, clock.monotonicMs());
      if (!isOff) this.#complete(this.#advance(watched, control, recognizeTime(watched.touch, at)));
    };
    const stopWaiting = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => clock.soon(pass));
    watched.cancel = () => {
      isOff = true;
      stopWaiting();
    };
  }

  #complete(completed: readonly Gesture<Binding>[]): void {
    for (const gesture of completed) this.#tools.gesture(gesture);
  }

  #gesturesOf(
    said: readonly Said[],
    { bound: { binding, settings }, control, peer }: Speaker<Binding>,
  ): readonly Gesture<Binding>[] {
    if (said.some(({ rule }) => rule === "stuck")) this.#tools.stuck(control);
    if (wantsHoldOnly(settings) && said.some(({ rule }) => isTap(rule))) this.#tools.tooShort(control);
    return said.flatMap(({ rule, ...moments }) => {
      if (rule === "stuck" || !settings.wanted.has(rule.word)) return [];
      const kind = rule.word as GestureKind;
      return [{ kind, key: keyOf(rule, moments.values), control, binding, peer, ...moments }];
    });
  }
}

interface Speaker<Binding> {
  readonly bound: Bound<Binding>;
  readonly control: ControlId;
  readonly peer: Peer | undefined;
}

function isTap(rule: Said["rule"]): boolean {
  return rule !== "stuck" && rule.word === "tap";
}

function wantsHoldOnly({ wanted }: GestureSettings): boolean {
  return wanted.has("hold") && !["press", "tap", "release"].some((word) => wanted.has(word));
}

function isUp(touch: Touch): boolean {
  return touch.phase !== "ignored" && downSinceMs(touch) === undefined;
}
