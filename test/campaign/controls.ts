import type { StateCommand } from "../../src/action/action.ts";

/** What an action asks for, as a mapping writes it. */
export type Wish = StateCommand | "toggle" | "toggle-pause";
type Step = Wish | { readonly mark: string };

/** How long a long hold takes: as long as the press deadline. */
export const HOLD_MS = 2000;

/** Every control of a campaign's panel, and what its gestures mean. A mark's text comes with the touch. */
export const CONTROLS = {
  tally: { press: "toggle" },
  start: { press: "start" },
  stop: { press: "stop" },
  pause: { press: "pause" },
  resume: { press: "resume" },
  "toggle-pause": { press: "toggle-pause" },
  lock: { press: "lock" },
  unlock: { press: "unlock" },
  mark: { pulse: { mark: "{value}" } },
  "hold-to-start": { hold: "start" },
  "hold-to-stop": { hold: "stop" },
  "while-down": { press: "start", release: "stop" },
  begin: { pulse: ["start", { mark: "{value}" }] },
  anew: { pulse: ["stop", "start", { mark: "{value}" }] },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<GestureName, Step | readonly Step[]>>>>>;

export type GestureName = "press" | "release" | "hold" | "pulse";
export type ControlName = keyof typeof CONTROLS;

/** What a gesture of a control asks for, in order; a mark is a text in braces. */
export function stepsOf(control: ControlName, gesture: GestureName): readonly Step[] {
  const meanings: Readonly<Partial<Record<GestureName, Step | readonly Step[]>>> = CONTROLS[control];
  const meaning = meanings[gesture];
  if (meaning === undefined) return [];
  return Array.isArray(meaning) ? meaning : [meaning as Step];
}

/** Only what it asks of the room's state. */
export function wishesOf(control: ControlName, gesture: GestureName): readonly Wish[] {
  return stepsOf(control, gesture).filter((step): step is Wish => typeof step === "string");
}

export function hasMark(control: ControlName): boolean {
  return stepsOf(control, "pulse").some((step) => typeof step !== "string");
}

/** The commands that a wish may become. */
export function commandsOf(wish: Wish): readonly StateCommand[] {
  if (wish === "toggle") return ["start", "stop"];
  return wish === "toggle-pause" ? ["pause", "resume"] : [wish];
}
