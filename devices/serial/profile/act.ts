import type { Path } from "../../../src/base/document/finding.ts";
import type { ControlDescription, ControlEvent, ControlId, Value } from "../../../src/driver/contract.ts";
import type { Compiler } from "./compiler.ts";
import type { DoDocument } from "./document.ts";
import type { Fill } from "./fill.ts";
import type { Bindings } from "./match.ts";

/** What a message means. */
export type Report =
  | { readonly kind: "event"; readonly event: ControlEvent }
  /** What is, rather than what happened. */
  | { readonly kind: "level"; readonly control: ControlId; readonly level: "down" | "up" }
  /** The device refused, or said what no control can mean. */
  | { readonly kind: "misfit"; readonly reason: string };

type Act = (bindings: Bindings) => readonly Report[];

/** What an action of a rule may name. */
export interface ActWords {
  readonly compiler: Compiler;
  readonly controls: ReadonlyMap<string, ControlDescription>;
  /** What the message told. */
  readonly names: readonly string[];
}

/** Makes the function that says what a message means; what is wrong is reported with its path. */
export function compileAct(act: DoDocument, words: ActWords, path: Path): Act {
  if (act === "ignore") return () => [];
  if (act === "complain") return () => [misfit("the device refused something")];
  const named = "bits" in act ? [...words.names, "bit"] : words.names;
  const control = findControl(act.control, { ...words, names: named }, path);
  if ("bits" in act) return compileBits(act, { words, path, control });
  if ("level" in act) {
    const level = compileWord({ template: act.level, known: LEVELS }, words, [...path, "level"]);
    return (bindings) => [reportLevel(control(bindings), level(bindings))];
  }
  const event = compileWord({ template: act.event, known: Object.keys(EVENTS) }, words, [...path, "event"]);
  const details = compileDetails(act, words, path);
  return (bindings) => reportEvent(control(bindings), event(bindings), details(bindings));
}

type EventDocument = Extract<DoDocument, { event: string }>;
type BitsDocument = Extract<DoDocument, { bits: string }>;
type FindControl = (bindings: Bindings) => ControlDescription | undefined;

const LEVELS = ["down", "up"];

function misfit(reason: string): Report {
  return { kind: "misfit", reason };
}

/** A control that no message could name is a mistake of the profile. */
function findControl(template: string, { compiler, controls, names }: ActWords, path: Path): FindControl {
  const fill = compiler.fill(template, names, [...path, "control"]);
  const literals = template.split(/\{[^{}]*\}/);
  if (![...controls.keys()].some((id) => hasInOrder(id, literals)))
    compiler.report([...path, "control"], {
      message: `no control is called ${template}`,
      hint: `the controls are ${[...controls.keys()].slice(0, 8).join(", ")}`,
    });
  return (bindings) => controls.get(fill(bindings) ?? "");
}

/** Whether a text begins with the first, ends with the last, and has the others between them. */
function hasInOrder(text: string, literals: readonly string[]): boolean {
  const [first = "", ...others] = literals;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const literal of others) {
    const at = text.indexOf(literal, from);
    if (at < 0) return false;
    from = at + literal.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** A word without a field in it must be one that is known. */
function compileWord(
  word: { template: string; known: readonly string[] },
  words: ActWords,
  path: Path,
): Fill {
  const { template, known } = word;
  const fill = words.compiler.fill(template, words.names, path);
  const fixed = fill(new Map());
  if (fixed !== undefined && !known.includes(fixed))
    words.compiler.report(path, { message: `${fixed} is unknown here`, hint: `one of ${known.join(", ")}` });
  return fill;
}

function reportLevel(control: ControlDescription | undefined, level: string | undefined): Report {
  if (control === undefined) return misfit("message about an unknown control");
  if (level !== "down" && level !== "up") return misfit("message with an unknown level");
  return { kind: "level", control: control.id, level };
}

function compileBits(act: BitsDocument, place: { words: ActWords; path: Path; control: FindControl }): Act {
  const { words, path, control } = place;
  if (!words.names.includes(act.bits))
    words.compiler.report([...path, "bits"], {
      message: `nothing is called ${act.bits} in this message`,
      hint: `known here: ${words.names.join(", ")}`,
    });
  const whenSet = compileWord({ template: act.whenSet, known: LEVELS }, words, [...path, "whenSet"]);
  return (bindings) => {
    const value = readBits(bindings.get(act.bits));
    const set = whenSet(bindings);
    if (value === undefined) return [misfit("message without bits")];
    return Array.from({ length: act.count }, (_, bit) => {
      const isSet = (value >> BigInt(bit)) % 2n === 1n;
      const level = isSet ? set : LEVELS.find((other) => other !== set);
      return reportLevel(control(new Map([...bindings, ["bit", bit]])), level);
    });
  };
}

function readBits(value: string | number | undefined): bigint | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : undefined;
  return value !== undefined && /^[0-9A-Fa-f]{1,16}$/.test(value) ? BigInt(`0x${value}`) : undefined;
}

interface Details {
  readonly detents: number;
  readonly fraction: number;
  readonly values: readonly Value[];
}

function compileDetails(
  act: EventDocument,
  { compiler, names }: ActWords,
  path: Path,
): (bindings: Bindings) => Details {
  const detents = compiler.fill(act.detents ?? "1", names, [...path, "detents"]);
  const { of, from, to } = act.fraction ?? { of: "0", from: 0, to: 1 };
  const position = compiler.fill(of, names, [...path, "fraction", "of"]);
  const values = (act.values ?? []).map((template, index) => {
    const fill = compiler.fill(template, names, [...path, "values", index]);
    const [, name = ""] = /^\{([a-z]\w*)\}$/.exec(template) ?? [];
    return (bindings: Bindings) => bindings.get(name) ?? fill(bindings) ?? null;
  });
  return (bindings) => ({
    detents: Number(detents(bindings)),
    fraction: Math.min(1, Math.max(0, (Number(position(bindings)) - from) / (to - from))),
    values: values.map((read) => read(bindings)),
  });
}

/** What may happen to which shape, and how it is said. `hold` is left to the bridge, which measures it itself. */
const EVENTS: Readonly<
  Record<
    string,
    {
      readonly shapes: readonly string[];
      say(control: ControlId, details: Details): ControlEvent | undefined;
    }
  >
> = {
  down: { shapes: ["button", "push"], say: (control) => ({ kind: "down", control }) },
  up: { shapes: ["button", "push"], say: (control) => ({ kind: "up", control }) },
  click: { shapes: ["button", "push"], say: (control) => ({ kind: "pulsed", control, values: [] }) },
  hold: { shapes: ["button", "push"], say: () => undefined },
  turn: { shapes: ["encoder"], say: (control, { detents }) => ({ kind: "turned", control, detents }) },
  move: { shapes: ["fader"], say: (control, { fraction }) => ({ kind: "moved", control, fraction }) },
  pulse: { shapes: ["pulse"], say: (control, { values }) => ({ kind: "pulsed", control, values }) },
};

const MOST_DETENTS = 1000;

function reportEvent(
  control: ControlDescription | undefined,
  word: string | undefined,
  details: Details,
): readonly Report[] {
  const event = EVENTS[word ?? ""];
  if (control === undefined) return [misfit("message about an unknown control")];
  if (event === undefined) return [misfit("message with an unknown event")];
  if (!event.shapes.some((shape) => shapesOf(control).includes(shape)))
    return [misfit("event that does not suit its control")];
  const isSound =
    (word !== "turn" ||
      (Number.isInteger(details.detents) &&
        details.detents !== 0 &&
        Math.abs(details.detents) <= MOST_DETENTS)) &&
    (word !== "move" || Number.isFinite(details.fraction));
  if (!isSound) return [misfit("event with an impossible number")];
  const said = event.say(control.id, details);
  return said === undefined ? [] : [{ kind: "event", event: said }];
}

function shapesOf({ input }: ControlDescription): readonly string[] {
  return input.shape === "encoder" && input.push === "button" ? ["encoder", "push"] : [input.shape];
}
