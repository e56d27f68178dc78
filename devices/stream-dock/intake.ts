import type { ControlEvent, ControlId } from "../../src/driver/contract.ts";
import type { DeckKey } from "./controls.ts";
import { type DockModel, generations } from "./models.ts";

interface IntakeTools {
  emit(event: ControlEvent): void;
  dropped(reason: string): void;
}

const ACKNOWLEDGED = Buffer.from("ACK");
const KEY_AT = 9;
const STATE_AT = 10;

/**
 * Takes input reports: `ACK`, and at 9 the number of the key that was touched; at 10 whether it went down (1) or up (0), from
 * panels that tell releases. Others tell presses alone, which become pulses. Number 0 is no key. Never throws.
 */
export function createIntake(
  model: DockModel,
  keys: readonly DeckKey[],
  { emit, dropped }: IntakeTools,
): (report: Uint8Array) => void {
  const { tellsReleases } = generations[model.generation];
  const down = new Set<ControlId>();
  return (report) => {
    if (report.length <= STATE_AT || !ACKNOWLEDGED.equals(report.subarray(0, ACKNOWLEDGED.length)))
      return dropped("unreadable report");
    if (report[KEY_AT] === 0) return;
    const control = keys.find(({ wireNumber }) => wireNumber === report[KEY_AT])?.description.id;
    if (control === undefined) return dropped("report of a key that it does not have");
    if (!tellsReleases) return emit({ kind: "pulsed", control, values: [] });
    const isDown = report[STATE_AT] !== 0;
    if (isDown === down.has(control)) return;
    if (isDown) down.add(control);
    else down.delete(control);
    emit({ kind: isDown ? "down" : "up", control });
  };
}
