import type { StateCommand } from "../../../src/action/action.ts";
import type { Fact } from "../../../src/journal/fact.ts";
import { type ControlName, type GestureName, stepsOf, wishesOf } from "../controls.ts";
import type { Doer } from "../truth.ts";
import { OutcomeJudge } from "./judge-outcomes.ts";
import type { Scene } from "./scene.ts";

/** A press as the bridge tells it, with what was asked of the server for it. */
export interface HeardPress {
  readonly by: Doer;
  readonly room: number;
  readonly control: ControlName;
  readonly gesture: GestureName;
  readonly atMs: number;
  /** The mark that the gesture makes, where it makes one. */
  readonly mark: string | undefined;
  /** Among all that people did; of marks only. */
  readonly order: number;
  readonly commands: StateCommand[];
}

/** A mark that is being pressed. */
interface Marking {
  readonly text: string;
  readonly order: number;
  readonly room: number;
  readonly atMs: number;
}

/** Hears what one bridge tells: its journal is what people can read afterwards. */
export class Witness {
  readonly #scene: Scene;
  readonly #by: Doer;
  readonly #outcomes: OutcomeJudge;
  readonly #presses = new Map<string, HeardPress>();
  /** Marks that were pressed, oldest first, until the bridge tells of the press, which it does in the same moment. */
  #marking: Marking[] = [];
  readonly #told: (text: string) => void;

  constructor(scene: Scene, by: Doer, told: (text: string) => void) {
    this.#scene = scene;
    this.#by = by;
    this.#told = told;
    this.#outcomes = new OutcomeJudge(scene);
  }

  marks(marking: Marking): void {
    this.#marking.push(marking);
  }

  /** Texts of the marks that people were told are safe, and how that was said. */
  acknowledged(): ReadonlyMap<string, string> {
    return this.#outcomes.acknowledged;
  }

  hear(fact: Fact): void {
    if (fact.kind === "press") this.#hearPress(fact);
    if (fact.kind === "request" && fact.command !== "apply-preset")
      this.#presses.get(fact.correlation)?.commands.push(fact.command as StateCommand);
    if (fact.kind === "outcome") this.#hearOutcome(fact);
  }

  #hearOutcome({ correlation, outcome }: Extract<Fact, { kind: "outcome" }>): void {
    const press = this.#presses.get(correlation);
    if (press === undefined) return;
    this.#told(`${tellPress(press)}: ${JSON.stringify(outcome)}`);
    this.#outcomes.judge(press, outcome);
  }

  #hearPress({ cause }: Extract<Fact, { kind: "press" }>): void {
    const { correlation, device, source } = cause;
    const control = source as ControlName;
    const gesture = cause.gesture as GestureName;
    const hasMark = stepsOf(control, gesture).length > wishesOf(control, gesture).length;
    const room = Number(device.replace("panel-", ""));
    const marking = hasMark ? this.#takeMark(room, cause.pressedAtMs) : undefined;
    this.#presses.set(correlation, {
      by: this.#by,
      room,
      control,
      gesture,
      atMs: this.#scene.clock.monotonicMs(),
      mark: marking?.text,
      order: marking?.order ?? 0,
      commands: [],
    });
  }

  /** Those that the bridge never heard of are forgotten. */
  #takeMark(room: number, pressedAtMs: number): Marking | undefined {
    const isNow = ({ atMs }: Marking) => atMs >= pressedAtMs;
    this.#marking = this.#marking.filter(isNow);
    const index = this.#marking.findIndex((marking) => marking.room === room);
    return index < 0 ? undefined : this.#marking.splice(index, 1)[0];
  }
}

function tellPress({ by, room, control, mark }: HeardPress): string {
  return `bridge ${by}, room ${room}, ${mark ?? control}`;
}
