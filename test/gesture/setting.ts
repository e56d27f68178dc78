import { controlId } from "../../src/base/identifiers.ts";
import type { ControlEvent } from "../../src/driver/control.ts";
import type { Peer } from "../../src/driver/link.ts";
import type { Gesture, GestureSettings } from "../../src/gesture/gesture.ts";
import type { GestureKind } from "../../src/gesture/gestures/index.ts";
import { Recognizer } from "../../src/gesture/recognizer.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";

export const KEY = controlId("key-1");
export const ALL: readonly GestureKind[] = ["press", "release", "tap", "double-tap", "hold"];

/** A recognizer of one key; what it says is kept. */
export function createSetting(
  wanted: readonly GestureKind[],
  timing: Partial<GestureSettings> = {},
  clock: FakeClock = createFakeClock(),
) {
  const settings = { wanted: new Set(wanted), holdMs: 800, doubleTapMs: 350, debounceMs: 0, ...timing };
  const said: Gesture<string>[] = [];
  const stuck: string[] = [];
  const tooShort: string[] = [];
  /** How long what is read now may have waited. */
  const reading = { lateMs: 0 };
  const bindings = new Map([[KEY, "page 1"]]);
  const recognizer = new Recognizer<string>({
    clock,
    arrivedAtMs: () => clock.monotonicMs() - reading.lateMs,
    bindingOf: (control) => {
      const binding = bindings.get(control);
      return binding === undefined ? undefined : { binding, settings };
    },
    gesture: (gesture) => said.push(gesture),
    stuck: (control) => stuck.push(control),
    tooShort: (control) => tooShort.push(control),
  });
  const take = (event: ControlEvent, peer?: Peer) => said.push(...recognizer.take(event, peer));
  const event = (kind: "down" | "up" | "held"): ControlEvent => ({ kind, control: KEY });
  return {
    clock,
    reading,
    said,
    stuck,
    tooShort,
    bindings,
    recognizer,
    take,
    kinds: () => said.map(({ kind }) => kind),
    down: (peer?: Peer) => take(event("down"), peer),
    up: (peer?: Peer) => take(event("up"), peer),
    held: () => take(event("held")),
  };
}

type Setting = ReturnType<typeof createSetting>;

/** `d` down, `u` up, a number: milliseconds that pass. */
export async function play(setting: Setting, story: string): Promise<void> {
  for (const step of story.split(" ")) {
    if (step === "d") setting.down();
    else if (step === "u") setting.up();
    else if (step === "held") setting.held();
    else await setting.clock.advance(Number(step));
  }
}
