import {
  type ControlDescription,
  type ControlId,
  type ControlInput,
  type ControlOutput,
  controlId,
} from "../../src/driver/contract.ts";
import { profileOf } from "./profile-of.ts";
import type { LineSettings, SerialSettings } from "./settings.ts";

/** Modem lines and the profile's controls. */
export function describeControls(settings: SerialSettings): readonly ControlDescription[] {
  const profile = profileOf(settings);
  return [
    ...describeLines(settings.lines ?? {}),
    ...(profile?.ok === true ? profile.value.controls.map(({ description }) => description) : []),
  ];
}

const BUTTON: ControlInput = { shape: "button" };
/** Whatever is wired to a modem line: a button, a key switch, a relay of another machine. */
const CONTACT: ControlInput = { shape: "button", contact: "maintained" };
const NO_INPUT: ControlInput = { shape: "none" };
const NO_OUTPUT: ControlOutput = { kind: "none" };
const LINE_LAMP: ControlOutput = { kind: "lamp", colors: "mono", blink: "by-bridge" };

const LINES: readonly (readonly [keyof LineSettings, ControlInput, ControlOutput])[] = [
  ["cts", CONTACT, NO_OUTPUT],
  ["dsr", CONTACT, NO_OUTPUT],
  ["dcd", CONTACT, NO_OUTPUT],
  ["ri", CONTACT, NO_OUTPUT],
  ["break", BUTTON, NO_OUTPUT],
  ["dtr", NO_INPUT, LINE_LAMP],
  ["rts", NO_INPUT, LINE_LAMP],
];

function describeLines(lines: LineSettings): readonly ControlDescription[] {
  return LINES.flatMap(([line, input, output]) =>
    lines[line] === undefined ? [] : [describe(controlId(line), input, output)],
  );
}

function describe(id: ControlId, input: ControlInput, output: ControlOutput): ControlDescription {
  return { id, label: id, input, output, place: { area: "nowhere" } };
}
