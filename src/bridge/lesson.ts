import type { Cancel, Clock } from "../base/clock.ts";
import type { DeviceId } from "../base/identifiers.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { ControlDescription, ControlEvent, LinkMessage, Value } from "../driver/contract.ts";
import type { FactBody } from "../journal/fact.ts";
import type { PanelFace } from "../panel/panel-face.ts";

/** Nobody has pressed anything for so long: the device is used again. */
const QUIET_MS = 60_000;

/** What a device that is learnt reports, without what may be secret. */
export interface Heard {
  /** The control's name in a mapping; of a message its address. */
  readonly control: string;
  /** What people call it; empty for messages. */
  readonly label: string;
  readonly shape: ControlDescription["input"]["shape"] | "message";
  readonly output: ControlDescription["output"]["kind"];
  readonly event: ControlEvent["kind"] | "message";
  /** How far, where or with what; texts and long numbers by their length only: they may be those of cards. */
  readonly values: readonly Value[];
}

/** `quiet`: a minute without a press; `gone`: the device; `locked`: the panel wants its PIN; `ended`: by who learns it. */
export type LessonEnd = "ended" | "quiet" | "gone" | "locked";

/** Why a device cannot be learnt. */
export type LessonRefusal = "not-there" | "taken" | "locked";

/** Somebody who wants to know what a device reports. */
export interface Learner {
  /** Who it is, for the journal. */
  readonly by: string;
  heard(what: Heard): void;
  /** Once: from now on its presses count again. */
  ended(why: LessonEnd): void;
}

interface LessonTools {
  readonly clock: Clock;
  readonly device: DeviceId;
  record(fact: FactBody): void;
  /** Controls and face of the panel while it is open. */
  controls(): readonly ControlDescription[] | undefined;
  face(): Pick<PanelFace, "hides" | "isLocked" | "touch"> | undefined;
  /** What was begun is given up, and every control says that it is learnt, or no more. */
  show(isLearnt: boolean): void;
}

/** A device that is learnt: what it reports is told to one person, and does nothing. */
export class Lesson {
  readonly #tools: LessonTools;
  #learner: Learner | undefined;
  #cancelQuiet: Cancel = () => undefined;

  constructor(tools: LessonTools) {
    this.#tools = tools;
  }

  /** Until the returned function is called, or it ends by itself. */
  begin(learner: Learner): Result<Cancel, LessonRefusal> {
    const { controls, face, record, show, device } = this.#tools;
    if (this.#learner !== undefined) return fail("taken");
    if (controls() === undefined) return fail("not-there");
    if (face()?.isLocked() === true) return fail("locked");
    this.#learner = learner;
    record({ kind: "lesson", device, state: "begun", by: learner.by });
    this.#wait();
    show(true);
    return succeed(() => {
      if (this.#learner === learner) this.end("ended");
    });
  }

  end(why: LessonEnd): void {
    const learner = this.#learner;
    if (learner === undefined) return;
    this.#cancelQuiet();
    this.#learner = undefined;
    this.#tools.record({ kind: "lesson", device: this.#tools.device, state: "ended", by: learner.by });
    this.#tools.show(false);
    learner.ended(why);
  }

  /** Tells a touch in the place of acting upon it; false while nobody learns. */
  takes(event: ControlEvent): boolean {
    if (this.#learner === undefined) return false;
    const face = this.#tools.face();
    face?.touch();
    if (face?.hides(event) === true) {
      this.end("locked");
      return true;
    }
    const {
      label = "",
      input,
      output,
    } = this.#tools.controls()?.find(({ id }) => id === event.control) ?? {};
    this.#wait();
    this.#learner.heard({
      control: event.control,
      label,
      shape: input?.shape ?? "button",
      output: output?.kind ?? "none",
      event: event.kind,
      values: valuesOf(event),
    });
    return true;
  }

  /** Tells a message of its link, which is served like any other. */
  hears({ text, values }: LinkMessage): void {
    if (this.#learner === undefined) return;
    this.#wait();
    const control = text.replaceAll(/\d{5,}/g, "…");
    const shown = values.map(hideValue);
    const what = { control, label: "", shape: "message", output: "none", event: "message" } as const;
    this.#learner.heard({ ...what, values: shown });
  }

  #wait(): void {
    this.#cancelQuiet();
    this.#cancelQuiet = this.#tools.clock.after(QUIET_MS, () => this.end("quiet"));
  }
}

/** Card numbers and PINs are texts or long numbers. */
export function hideValue(value: Value): Value {
  if (typeof value === "string") return `(${value.length} characters)`;
  if (typeof value !== "number" || Math.abs(value) < 10_000) return value;
  return `(${Math.trunc(Math.abs(value)).toString().length} digits)`;
}

/** Detents, percent, what kind of touch, or what a card or a trigger sent. */
function valuesOf(event: ControlEvent): readonly Value[] {
  switch (event.kind) {
    case "turned":
      return [event.detents];
    case "moved":
      return [Math.round(event.fraction * 100)];
    case "touched":
      return [event.how];
    case "pulsed":
      return event.values.map(hideValue);
    default:
      return [];
  }
}
