import { type ControlDescription, type ControlId, controlId } from "../../../src/driver/contract.ts";
import { describeEvdev } from "../evdev/describe-evdev.ts";
import type { InputControl } from "../find/source.ts";
import { lampsOf, outputOf } from "../write/lamps.ts";
import { describeReports } from "./control-rules.ts";
import type { Profile } from "./profile.ts";

/** The controls of a profile; a keyboard of which every key may be bound has those that are. */
export function describeProfile(
  profile: Profile,
  named: readonly ControlId[],
): readonly ControlDescription[] | "known-once-open" {
  const inputs = inputsOf(profile);
  if (inputs === "known-once-open") return inputs;
  return joinLamps(profile, keepNamed(profile, inputs, named));
}

/** A keyboard whose every key may be bound has hundreds. */
export function keepNamed(
  profile: Profile,
  inputs: readonly InputControl[],
  named: readonly ControlId[],
): readonly InputControl[] {
  const isEveryKey = profile.input?.evdev?.keys === "all" && named.length > 0;
  return isEveryKey ? inputs.filter(({ id }) => named.includes(id)) : inputs;
}

/** Gives every control its lamp, and every other lamp a control of its own. */
export function joinLamps(profile: Profile, inputs: readonly InputControl[]): readonly ControlDescription[] {
  const lamps = new Map(lampsOf(profile).map((lamp) => [controlId(lamp.id), lamp]));
  const touched = inputs.map((control): ControlDescription => {
    const lamp = lamps.get(control.id);
    lamps.delete(control.id);
    return { ...control, output: lamp === undefined ? { kind: "none" } : outputOf(lamp.rule) };
  });
  const others = [...lamps.values()].map(
    ({ id, label, place, rule }): ControlDescription => ({
      id: controlId(id),
      label,
      input: { shape: "none" },
      output: outputOf(rule),
      // A single lamp sits anywhere; several are a grid.
      place: rule.count === undefined ? { area: "nowhere" } : place,
    }),
  );
  return [...touched, ...others];
}

function inputsOf(profile: Profile): readonly InputControl[] | "known-once-open" {
  const { evdev, descriptor } = profile.input ?? {};
  if (evdev !== undefined) return describeEvdev(evdev);
  // Only the device itself knows.
  if (descriptor !== undefined) return "known-once-open";
  return describeReports(profile);
}
