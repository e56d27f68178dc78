import type { Cancel, Clock } from "../base/clock.ts";
import type { ControlId } from "../base/identifiers.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { Peer } from "../driver/link.ts";
import type { Gesture, GestureSettings } from "./gesture.ts";
import {
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

export interface RecognizerTools<Binding> {
  readonly clock: Clock;
  /** The earliest moment (monotonic) at which what is read now may have come. */
  arrivedAtMs(): number;
  /** The binding that holds now; asked when a finger comes down. */
  bindingOf(control: ControlId): Bound<Binding> | undefined;
  gesture(gesture: Gesture<Binding>): void;
  stuck(control: ControlId): void;
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
  readonly #controls = new Map<ControlId, Watched<Binding>>();

  constructor(tools: RecognizerTools<Binding>) {
    this.#tools = tools;
  }

  take(event: ControlEvent, peer?: Peer): void {
    const watched = this.#watch(event);
    if (watched === undefined) return;
    if (event.kind !== "held" && event.kind !== "down" && event.kind !== "up") {
      this.#tell(watched, event, peer);
      return;
    }
    if (event.kind === "down" && startsTouch(watched.touch)) watched.peer = peer;
    if (event.kind !== "held") {
      watched.contact = event.kind;
      const nowMs = this.#tools.clock.monotonicMs();
      if (nowMs < watched.quietUntilMs) return;
      if (watched.bound.settings.debounceMs > 0) this.#quieten(watched, event.control);
    }
    const at = { nowMs: this.#tools.arrivedAtMs(), settings: watched.bound.settings };
    this.#advance(watched, event.control, recognize(watched.touch, event, at));
  }

  /** A moment of its own, by its own peer: it leaves a finger that is down alone. */
  #tell(watched: Watched<Binding>, event: ControlEvent, peer: Peer | undefined): void {
    const at = { nowMs: this.#tools.arrivedAtMs(), settings: watched.bound.settings };
    this.#say(recognize(watched.touch, event, at).said, { ...watched, control: event.control, peer });
  }

  /** Since when a control is down and how long a hold takes, for showing progress. */
  holding(control: ControlId): { readonly sinceMs: number; readonly holdMs: number } | undefined {
    const watched = this.#controls.get(control);
    if (watched?.touch.phase !== "down" || !watched.bound.settings.wanted.has("hold")) return undefined;
    return { sinceMs: watched.touch.sinceMs, holdMs: watched.bound.settings.holdMs };
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
      this.take({ kind: watched.contact, control }, watched.peer);
    });
  }

  #advance(watched: Watched<Binding>, control: ControlId, { touch, said }: Recognition): void {
    const { bound, peer } = watched;
    watched.touch = touch;
    watched.cancel();
    const dueMs = nextMomentMs(touch, bound.settings);
    if (dueMs !== undefined && Number.isFinite(dueMs)) this.#wait(watched, control, dueMs);
    this.#say(said, { bound, control, peer });
  }

  /** After a busy moment a release may be waiting to be read: it is, before the time that passed means anything. */
  #wait(watched: Watched<Binding>, control: ControlId, dueMs: number): void {
    const { clock } = this.#tools;
    let isOff = false;
    const pass = () => {
      const at = { nowMs: clock.monotonicMs(), settings: watched.bound.settings };
      if (!isOff) this.#advance(watched, control, recognizeTime(watched.touch, at));
    };
    const stopWaiting = clock.after(Math.max(0, dueMs - clock.monotonicMs()), () => clock.soon(pass));
    watched.cancel = () => {
      isOff = true;
      stopWaiting();
    };
  }

  #say(said: readonly Said[], { bound, control, peer }: Speaker<Binding>): void {
    const { gesture, stuck } = this.#tools;
    const { binding, settings } = bound;
    for (const { kind, ...moments } of said) {
      if (kind === "stuck") stuck(control);
      else if (settings.wanted.has(kind)) gesture({ kind, control, binding, peer, ...moments });
    }
  }
}

interface Speaker<Binding> {
  readonly bound: Bound<Binding>;
  readonly control: ControlId;
  readonly peer: Peer | undefined;
}

/** Whose finger it is, is settled when it comes down: who joins in later lends it no rights. */
function startsTouch({ phase }: Touch): boolean {
  return phase === "up" || phase === "between-taps";
}
