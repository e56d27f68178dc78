import { controlId } from "../../../src/driver/contract.ts";
import type { InputControl } from "../find/source.ts";
import type { ControlRule, RuleOf } from "./control-grammar.ts";
import { labelOf, type Numbered, numberControls, placeOf } from "./numbering.ts";
import type { Profile } from "./profile.ts";

/** The directions of a hat in the order of its numbers, clockwise. */
export const directions = ["up", "right", "down", "left"] as const;

/** Which bit a numbered key is. */
interface KeyBit {
  readonly key: Numbered;
  readonly byte: number;
  readonly bit: number;
}

/** How many bits a rule speaks of, before skipping. */
export function bitCount({ bytes, firstBit, perByte = 8 - firstBit, count }: RuleOf<"bits">): number {
  return count ?? bytes * perByte;
}

/** The bits of a rule, in the order of its keys. */
export function keyBits(rule: RuleOf<"bits">): readonly KeyBit[] {
  const { at, bytes, firstBit, perByte = 8 - firstBit, order } = rule;
  const isAcross = order === "across-bytes";
  const columns = rule.columns ?? (isAcross ? bytes : undefined);
  return numberControls({ ...rule, columns }, bitCount(rule)).map((key) => {
    const [byte, bit] = isAcross
      ? [key.index % bytes, Math.floor(key.index / bytes)]
      : [Math.floor(key.index / perByte), key.index % perByte];
    return { key, byte: at + byte, bit: firstBit + bit };
  });
}

/** The controls that a rule makes. A hat makes four, whichever way it points. */
export function controlsOf(rule: ControlRule): readonly InputControl[] {
  switch (rule.kind) {
    case "bits":
      return keyBits(rule).map(({ key }) => keyOf(key, rule));
    case "bytes":
      return numberControls(rule, rule.count).map((key) => keyOf(key, rule));
    case "usages":
      return Object.values(rule.keys).map((id, column) => button(id, { area: rule.area ?? "keys", column }));
    case "hat":
      return directions.map((direction) =>
        button(`${rule.id}-${direction}`, {
          label: `${rule.label ?? labelOf(rule.id)} ${direction}`,
        }),
      );
    case "value":
      return [{ ...button(rule.id, rule), input: { shape: "fader" } }];
    case "delta":
      return [{ ...button(rule.id, rule), input: { shape: "encoder", push: "none" } }];
    case "button":
    case "event":
      return [button(rule.id, rule)];
  }
}

interface ContactRule {
  readonly contact?: "momentary" | "maintained" | undefined;
}

function keyOf({ id, label, place }: Numbered, rule: ContactRule): InputControl {
  return { id: controlId(id), label, input: buttonOf(rule), place };
}

function buttonOf({ contact }: ContactRule): InputControl["input"] {
  return contact === undefined ? { shape: "button" } : { shape: "button", contact };
}

function button(
  id: string,
  rule: Parameters<typeof placeOf>[0] & ContactRule & { label?: string | undefined },
): InputControl {
  return {
    id: controlId(id),
    label: rule.label ?? labelOf(id),
    input: buttonOf(rule),
    place: placeOf(rule),
  };
}

/** Joins a dial and its push, which have the same id, into one control. */
function joinControls(controls: readonly InputControl[]): readonly InputControl[] {
  const joined = new Map<string, InputControl>();
  for (const control of controls) {
    const other = joined.get(control.id);
    if (other === undefined) joined.set(control.id, control);
    else {
      const dial = [control, other].find(({ input }) => input.shape === "encoder") ?? other;
      const isPushed = dial.input.shape === "encoder";
      joined.set(control.id, isPushed ? { ...dial, input: { shape: "encoder", push: "button" } } : dial);
    }
  }
  return [...joined.values()];
}

/** The controls of a profile with report rules. */
export function describeReports({ input }: Profile): readonly InputControl[] {
  return joinControls((input?.reports ?? []).flatMap(({ controls }) => controls.flatMap(controlsOf)));
}

/** How many bytes a report must have so that a control can be read from it. */
export function lastByte(rule: ControlRule): number {
  switch (rule.kind) {
    case "bits":
      return rule.at + rule.bytes;
    case "bytes":
      return rule.at + rule.count;
    case "usages":
      return rule.at + rule.count * rule.size;
    case "event":
      return Math.max(
        ...[...(rule.down ?? []), ...(rule.up ?? []), ...(rule.click ?? [])].map(({ at, size }) => at + size),
      );
    case "button":
    case "value":
    case "delta":
    case "hat":
      return rule.at + rule.size;
  }
}
