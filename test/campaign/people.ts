import type { Clock } from "../../src/base/clock.ts";
import { controlId } from "../../src/driver/contract.ts";
import type { Chance } from "./chance.ts";
import { type ControlName, HOLD_MS, hasMark } from "./controls.ts";
import type { House } from "./house.ts";
import type { Oracle } from "./oracle/oracle.ts";

export interface PeopleTools {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly oracle: Oracle;
}

const USUAL = ["tally", "start", "start", "stop"] as const;
const RARE = ["pause", "resume", "toggle-pause", "lock", "unlock", "unlock"] as const;
const LONG = ["hold-to-start", "hold-to-stop", "hold-to-stop", "while-down"] as const;
const LISTS = ["begin", "anew", "anew"] as const;

/** Those who touch the panels. The oracle knows what each gesture asked for, whether or not a bridge hears it. */
export class People {
  readonly #tools: PeopleTools;
  readonly #down = new Set<string>();
  presses = 0;
  #marks = 0;

  constructor(tools: PeopleTools) {
    this.#tools = tools;
  }

  press(house: House, room: number): string {
    const { chance } = this.#tools;
    const roll = chance.next();
    if (roll < 0.12) return this.touch(house, room, chance.pick(LONG));
    if (roll < 0.24) return this.touch(house, room, chance.pick(LISTS));
    const control = chance.pick(roll < 0.8 ? USUAL : RARE);
    const times = chance.happens(0.15) ? chance.whole(2, 6) : 1;
    for (let count = 0; count < times; count++) this.touch(house, room, control);
    return `${control} of room ${room} at ${house.by}, ${times} times`;
  }

  mark(house: House, room: number): string {
    const { chance } = this.#tools;
    const count = chance.happens(0.3) ? chance.whole(2, 6) : 1;
    for (let nth = 0; nth < count; nth++) this.touch(house, room, "mark");
    return `mark in room ${room} at ${house.by}, up to mark ${this.#marks}`;
  }

  /** Somebody in a panic: everything at once on one panel. */
  hurry(house: House, room: number): string {
    const { chance } = this.#tools;
    const deeds = Array.from({ length: chance.whole(2, 5) }, () =>
      chance.happens(0.6) ? this.press(house, room) : this.mark(house, room),
    );
    return deeds.join("; ");
  }

  touch(house: House, room: number, control: ControlName): string {
    this.presses++;
    if (hasMark(control)) return this.#pulse(house, room, control);
    if (control === "while-down") return this.#hold(house, room, { control, forMs: this.#longMs() });
    if (control.startsWith("hold-to")) {
      const forMs = this.#tools.chance.pick([600, 2300, 5000]);
      return this.#hold(house, room, { control, forMs });
    }
    this.#tools.oracle.asked(house.by, room, { control, gesture: "press" });
    house.panels[room - 1]?.emit({ kind: "down", control: controlId(control) });
    house.panels[room - 1]?.emit({ kind: "up", control: controlId(control) });
    return `${control} of room ${room} at ${house.by}`;
  }

  #longMs(): number {
    return this.#tools.chance.whole(300, 9000);
  }

  #pulse(house: House, room: number, control: ControlName): string {
    const { oracle } = this.#tools;
    const text = `mark ${++this.#marks}`;
    const told = () =>
      house.panels[room - 1]?.emit({ kind: "pulsed", control: controlId(control), values: [text] });
    oracle.asked(house.by, room, { control, gesture: "pulse" });
    oracle.marked(house.by, room, { text, told });
    return `${control} of room ${room} at ${house.by}, ${text}`;
  }

  /** A finger stays down. */
  #hold(
    house: House,
    room: number,
    { control, forMs }: { readonly control: ControlName; readonly forMs: number },
  ): string {
    const { clock, oracle } = this.#tools;
    const key = `${house.by} ${room} ${control}`;
    if (this.#down.has(key)) return `${key} is down already`;
    this.#down.add(key);
    const isHold = control !== "while-down";
    if (isHold && forMs >= HOLD_MS)
      clock.after(HOLD_MS, () => oracle.asked(house.by, room, { control, gesture: "hold" }));
    if (!isHold) oracle.asked(house.by, room, { control, gesture: "press" });
    house.panels[room - 1]?.emit({ kind: "down", control: controlId(control) });
    clock.after(forMs, () => {
      this.#down.delete(key);
      if (!isHold) oracle.asked(house.by, room, { control, gesture: "release" });
      house.panels[room - 1]?.emit({ kind: "up", control: controlId(control) });
    });
    return `${control} of room ${room} at ${house.by} for ${forMs} ms`;
  }
}
