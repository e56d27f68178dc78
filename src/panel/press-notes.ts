import type { Cancel, Clock } from "../base/clock.ts";
import type { ControlId, RoomName } from "../base/identifiers.ts";

/** What became of a press, for the control that was pressed, or those that speak for it. */
export interface PressNote {
  /**
   * `hint`: the press was too short to mean anything; `asked`: something has to come before anything is done; `called-off`: it
   * ended a countdown; `seen`: it put
   * an alarm away and did nothing else.
   */
  readonly kind: "refused" | "delivered" | "hint" | "asked" | "called-off" | "seen";
  readonly text: string;
  /** In the place of the room's name. */
  readonly small?: string;
  readonly room: RoomName;
}

/** A reason takes longer to read than a tick. */
const SHOWN_MS: Readonly<Record<PressNote["kind"], number>> = {
  refused: 4000,
  delivered: 1500,
  hint: 2500,
  asked: 3000,
  "called-off": 3000,
  seen: 4000,
};

interface Shown {
  readonly note: PressNote;
  readonly pressed: ControlId;
  readonly hide: Cancel;
}

/** Notes that are shown for a while. */
export class PressNotes {
  readonly #clock: Clock;
  readonly #shown = new Map<ControlId, Shown>();
  readonly #changed: (control: ControlId) => void;

  constructor(clock: Clock, changed: (control: ControlId) => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** On `control`, for a press of `pressed`. */
  show(control: ControlId, note: PressNote, pressed = control): void {
    const before = this.#shown.get(control);
    // A press may concern several rooms: that one of them took it does not cover that another did not.
    if (note.kind === "delivered" && before?.note.kind === "refused" && before.note.room !== note.room)
      return;
    // One that comes again is shown for its own time.
    before?.hide();
    const hide = this.#clock.after(SHOWN_MS[note.kind], () => {
      this.#shown.delete(control);
      this.#changed(control);
    });
    this.#shown.set(control, { note, pressed, hide });
    this.#changed(control);
  }

  /** Somebody presses anew: why nothing came of the press before is known by now. A tick stays. */
  dropReason(pressed: ControlId): void {
    for (const [control, shown] of this.#shown) {
      if (shown.note.kind === "delivered" || ![control, shown.pressed].includes(pressed)) continue;
      shown.hide();
      this.#shown.delete(control);
      this.#changed(control);
    }
  }

  of(control: ControlId): PressNote | undefined {
    return this.#shown.get(control)?.note;
  }
}
