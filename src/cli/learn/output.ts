import { type Heard, hideValue } from "../../bridge/lesson.ts";
import type {
  ControlDescription,
  ControlEvent,
  ControlId,
  LinkMessage,
  Peer,
  Value,
} from "../../driver/contract.ts";
import { complain, print, printJson, style } from "../terminal.ts";
import type { LearnedDevice } from "./devices.ts";

type Named = Pick<LearnedDevice, "name">;

/** Tells what devices send as it comes. */
export interface LearnVoice {
  opened(device: Named, productName: string, controls: readonly ControlDescription[]): void;
  touched(device: LearnedDevice, event: ControlEvent): void;
  /** What a running bridge tells of a device of its own. */
  heard(device: Named, what: Heard): void;
  requested(device: LearnedDevice, message: LinkMessage, from: Peer): void;
  raw(device: LearnedDevice, direction: "in" | "out", bytes: Uint8Array): void;
  lost(device: LearnedDevice, reason: string): void;
}

interface VoiceSettings {
  readonly form: "lines-for-people" | "json";
  /** Values of pulses may be card numbers: secrets. */
  readonly values: "shown" | "hidden";
}

/** Tells touches as sentences for people, or as one JSON object a line. */
export function createLearnVoice({ form, values }: VoiceSettings): LearnVoice {
  const known = new Map<string, ControlDescription>();
  const shown = new Map<string, string>();
  const keyOf = ({ name }: Named, control: ControlId) => `${name} ${control}`;
  const tell = form === "json" ? (fact: Fact) => printJson(fact) : tellPerson;

  return {
    opened(device, product, controls) {
      for (const control of controls) known.set(keyOf(device, control.id), control);
      tell({ device: device.name, opened: product, controls: controls.map(({ id }) => id) });
    },
    touched(device, event) {
      const key = keyOf(device, event.control);
      const what = amountOf(event, values);
      // A fader that trembles by less than a percent says nothing new.
      if (event.kind === "moved" && shown.get(key) === JSON.stringify(what)) return;
      shown.set(key, JSON.stringify(what));
      const shape = known.get(key)?.input.shape ?? shapes[event.kind];
      tell({ device: device.name, control: event.control, shape, event: event.kind, ...what });
    },
    heard: ({ name }, { control, shape, event, values: came }) => {
      const word = event === "message" ? undefined : amountWords[event];
      if (event === "message") tell({ device: name, request: control, values: came });
      else if (word === undefined) tell({ device: name, control, shape, event });
      else tell({ device: name, control, shape, event, [word]: word === "values" ? came : came[0] });
    },
    requested: ({ name }, { text, values: sent }, { address }) =>
      tell({ device: name, request: text, values: sent.map((value) => hide(value, values)), from: address }),
    raw: ({ name }, direction, bytes) =>
      tell({ device: name, [direction]: Buffer.from(bytes).toString("hex") }),
    lost: ({ name }, reason) => tell({ device: name, lost: reason }),
  };
}

interface Fact extends Readonly<Record<string, unknown>> {
  readonly device: string;
}

/** For controls that a device does not describe. */
const shapes: Readonly<Record<ControlEvent["kind"], ControlDescription["input"]["shape"]>> = {
  held: "button",
  down: "button",
  up: "button",
  turned: "encoder",
  moved: "fader",
  touched: "touch",
  pulsed: "pulse",
};

const amountWords: Readonly<Partial<Record<ControlEvent["kind"], string>>> = {
  turned: "detents",
  moved: "percent",
  touched: "how",
  pulsed: "values",
};

function amountOf(event: ControlEvent, values: VoiceSettings["values"]): Readonly<Record<string, unknown>> {
  if (event.kind === "turned") return { detents: event.detents };
  if (event.kind === "moved") return { percent: Math.round(event.fraction * 100) };
  if (event.kind === "touched") return { how: event.how };
  if (event.kind === "pulsed") return { values: event.values.map((value) => hide(value, values)) };
  return {};
}

function hide(value: Value, values: VoiceSettings["values"]): Value {
  return values === "shown" ? value : hideValue(value);
}

function tellPerson({ device, ...fact }: Fact): void {
  const who = style("dim", device);
  if ("lost" in fact) complain(`${device}: ${String(fact.lost)}`);
  else if ("opened" in fact) print(`${who}  ${style("bold", String(fact.opened))}: ${count(fact.controls)}`);
  else if ("control" in fact) {
    const { control, shape, event, ...amount } = fact;
    const details = Object.entries(amount).map(([word, value]) => `${word} ${JSON.stringify(value)}`);
    print([who, style("cyan", String(control)), shape, event, ...details].join("  "));
  } else print(`${who}  ${style("dim", JSON.stringify(fact))}`);
}

function count(controls: unknown): string {
  const { length } = controls as readonly ControlId[];
  return length === 0 ? "no controls are known" : `${length} ${length === 1 ? "control" : "controls"}`;
}
