import type { Phrase } from "../../language/phrases.ts";
import type { BindingInfo, ControlInfo } from "./protocol.ts";
import { say, translate } from "./words.ts";

/** What a screen reader says of a control: its name, what it does, and how its room is. */
export function nameControl(
  control: ControlInfo,
  binding: BindingInfo | undefined,
  roomState: { readonly label: string; readonly state: string } | undefined,
): string {
  const label = tellLabel(control.label);
  if (binding === undefined) return `${label}, ${say("not told yet what it does")}`;
  const { gestures } = binding;
  const does =
    gestures.length === 0
      ? say("does nothing")
      : gestures.map(({ gesture, does: what }) => `${tellGesture(gesture)}: ${what}`).join("; ");
  const state =
    roomState === undefined
      ? ""
      : `. ${say("{room} is {state}", { room: roomState.label, state: roomState.state })}`;
  return `${label}, ${does}${state}`;
}

/** What a driver calls a control: its part of the panel, numbered or not. */
export function tellLabel(label: string): string {
  const [, part = "", number = ""] = /^(key|dial|strip|sensor) (\d+)$/.exec(label) ?? [];
  return Object.hasOwn(parts, part) ? say(parts[part as keyof typeof parts], { number }) : translate(label);
}

const parts = {
  key: "key {number}",
  dial: "dial {number}",
  strip: "strip {number}",
  sensor: "sensor {number}",
} as const satisfies Readonly<Record<string, Phrase>>;

/** How a control is touched, in words. */
export function tellGesture(gesture: string): string {
  return Object.hasOwn(gestures, gesture) ? say(gestures[gesture as keyof typeof gestures]) : gesture;
}

const gestures = {
  tap: "tap",
  "double-tap": "double tap",
  hold: "hold",
  press: "press",
  release: "release",
  move: "move",
  pulse: "signal",
  "turn-left": "turn left",
  "turn-right": "turn right",
  "swipe-left": "swipe left",
  "swipe-right": "swipe right",
} as const satisfies Readonly<Record<string, Phrase>>;
