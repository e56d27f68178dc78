import type { Phrase } from "../../language/phrases.ts";
import type { BindingInfo, ControlInfo } from "./protocol.ts";
import { say, translate } from "./words.ts";

/** What a person reads of a control: its name, what it does or shows, and how its room is. */
export interface ControlWords {
  readonly label: string;
  readonly does: readonly string[];
  /** A sentence; empty where it has no room, or none that is known. */
  readonly state: string;
}

/** The rooms' states and labels, by their names. */
interface RoomWords {
  readonly states: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

/** Those of one control. */
export function tellControl(
  control: ControlInfo,
  binding: BindingInfo | undefined,
  { states, labels }: RoomWords,
): ControlWords {
  const label = tellLabel(control.label);
  if (binding === undefined) return { label, does: [say("not told yet what it does")], state: "" };
  const meaning = tellMeaning(binding, labels);
  const room = binding.room ?? "";
  const state = states.get(room);
  return {
    label,
    does: meaning.length === 0 ? [say("does nothing")] : meaning,
    state: state === undefined ? "" : say("{room} is {state}", { room: labels.get(room) ?? room, state }),
  };
}

/** The same as a screen reader says it. */
export function nameControl({ label, does, state }: ControlWords): string {
  return `${label}, ${does.join("; ")}${state === "" ? "" : `. ${state}`}`;
}

/** What a control does by each gesture; of one that means nothing when it is pressed, what it is for. */
export function tellMeaning(
  { gestures, shows, room = "" }: BindingInfo,
  labels: ReadonlyMap<string, string>,
): readonly string[] {
  if (gestures.length > 0) return gestures.map(({ gesture, does }) => `${tellGesture(gesture)}: ${does}`);
  if (shows === undefined) return [];
  if (shows === "site") return [say("shows whether the site is ready")];
  return [shows === "room" ? say("shows {room}", { room: labels.get(room) ?? room }) : say("shows a text")];
}

/** What a driver calls a control: its part of the panel, numbered or not. */
export function tellLabel(label: string): string {
  const [, part = "", number = ""] = /^(button|key|dial|strip|sensor) (\d+)$/.exec(label) ?? [];
  return Object.hasOwn(parts, part) ? say(parts[part as keyof typeof parts], { number }) : translate(label);
}

const parts = {
  button: "button {number}",
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
