import { controlId } from "../../../src/driver/contract.ts";
import type { InputControl } from "../find/source.ts";
import type { EvdevRules } from "./evdev-grammar.ts";
import { keyNames } from "./key-names.ts";

/** The controls that the rules make, dials first; of a whole keyboard every key that has a name. */
export function describeEvdev(rules: EvdevRules): readonly InputControl[] {
  const dials = Object.values(rules.dials).map((id) => {
    const push = Object.values(rules.keys === "all" ? {} : rules.keys).includes(id) ? "button" : "none";
    return describe(id, { shape: "encoder", push });
  });
  const button = { shape: "button", ...(rules.contact && { contact: rules.contact }) } as const;
  const keys = (rules.keys === "all" ? keyNames() : Object.values(rules.keys)).map((id) =>
    describe(id, button),
  );
  const card = rules.card === undefined ? [] : [describe(rules.card.control, { shape: "pulse" })];
  return [...new Map([...card, ...keys, ...dials].map((control) => [control.id, control])).values()];
}

function describe(id: string, input: InputControl["input"]): InputControl {
  return { id: controlId(id), label: id.replaceAll("-", " "), input, place: { area: "nowhere" } };
}
