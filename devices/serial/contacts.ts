import { type Clock, type ControlEvent, controlId } from "../../src/driver/contract.ts";
import type { LineSettings } from "./settings.ts";
import type { InputLines } from "./wire/wire.ts";

interface Contacts {
  /** The inputs as they are now. What is on the first time was not pressed. */
  sense(inputs: InputLines): void;
  /** A break: a click, since its end is not told. */
  broke(): void;
  close(): void;
}

/** Breaks that follow each other faster are one: a wire held off for long may be told as many. */
const ONE_BREAK_MS = 250;

/** Modem lines as buttons: a change counts once the line has rested. */
export function createContacts(
  lines: LineSettings,
  { clock, emit }: { readonly clock: Clock; emit(event: ControlEvent): void },
): Contacts {
  const contacts = (["cts", "dsr", "dcd", "ri"] as const).flatMap((line) => {
    const settings = lines[line];
    return settings === undefined
      ? []
      : [{ line, contact: createContact(line, { ...settings, clock, emit }) }];
  });
  let lastBreakMs = -Infinity;
  return {
    sense(inputs) {
      for (const { line, contact } of contacts) {
        const level = inputs[line];
        if (level !== undefined) contact.sense(level);
      }
    },
    broke() {
      if (lines.break === undefined) return;
      const nowMs = clock.monotonicMs();
      if (nowMs - lastBreakMs >= ONE_BREAK_MS)
        emit({ kind: "pulsed", control: controlId("break"), values: [] });
      lastBreakMs = nowMs;
    },
    close() {
      for (const { contact } of contacts) contact.close();
    },
  };
}

interface ContactSettings {
  readonly invert: "yes" | "no";
  readonly debounceMs: number;
  readonly clock: Clock;
  emit(event: ControlEvent): void;
}

function createContact(name: string, { invert, debounceMs, clock, emit }: ContactSettings) {
  const control = controlId(name);
  let isDown: boolean | undefined;
  let cancel: (() => void) | undefined;

  function settle(down: boolean): void {
    cancel = undefined;
    isDown = down;
    emit({ kind: down ? "down" : "up", control });
  }

  return {
    sense(level: boolean): void {
      const down = level !== (invert === "yes");
      if (isDown === undefined) {
        isDown = down;
        if (down) emit({ kind: "held", control });
      } else if (down === isDown) {
        cancel?.();
        cancel = undefined;
      } else cancel ??= clock.after(debounceMs, () => settle(down));
    },
    close(): void {
      cancel?.();
    },
  };
}
