import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { ControlDescription } from "../driver/control.ts";
import type { DeviceMapping, PinMapping } from "../mapping/mapping.ts";
import { layKeypad } from "./keypad.ts";
import { layOut } from "./layout.ts";
import type { Page, PanelPages } from "./pages.ts";
import { PanelFace, type PanelFaceTools } from "./panel-face.ts";

interface FaceRequest {
  readonly device: DeviceMapping;
  readonly controls: readonly ControlDescription[];
  readonly clock: Clock;
  readonly log: Log;
  secret(name: string): string | undefined;
  /** Whether a finger is down on the panel. */
  isTouched(): boolean;
  changed(): void;
}

/** The face that a mapping gives an open panel; `former` is the one that it had before. */
export function createFace(request: FaceRequest, former: PanelFace | undefined): PanelFace {
  const { device, controls, clock, changed, isTouched } = request;
  const { dim, brightnessAt, homeAfterMs, pin } = device;
  const pages = pagesOf(device, controls);
  const lock = pin === undefined ? undefined : createLock(pin, request);
  return new PanelFace({ clock, pages, dim, brightnessAt, homeAfterMs, lock, changed, isTouched }, former);
}

/** The pages of a panel with these controls: as mapped, or laid out for its rooms. */
export function pagesOf(
  { layout, controls: first, pages: others }: DeviceMapping,
  controls: readonly ControlDescription[],
): PanelPages {
  const own = { first, others };
  return layout === undefined ? own : layOut({ controls, ...layout }, own);
}

function createLock(pin: PinMapping, request: FaceRequest): PanelFaceTools["lock"] {
  const { device, controls, log } = request;
  const [room] = device.layout?.rooms ?? [];
  const table = device.layout?.looks.tally;
  const keypad = layKeypad(controls, room && table && { table, room });
  const digits = request.secret(pin.pinFrom);
  const fault = digits === undefined ? "not found" : findUntypable(digits, keypad);
  if (fault !== undefined)
    log.error("the panel stays locked: its PIN cannot be typed", { variable: pin.pinFrom, fault });
  // Nothing that can be typed is as long as this.
  return { settings: { ...pin, pin: digits ?? "-".repeat(64) }, keypad };
}

function findUntypable(digits: string, keypad: Page): string | undefined {
  const steps = [...keypad.values()].flatMap(({ gestures }) => [...gestures.values()].flat());
  const typable = steps.flatMap((step) => ("digit" in step ? [step.digit] : []));
  const isTypable = digits !== "" && [...digits].every((digit) => typable.includes(digit));
  return isTypable ? undefined : `this panel has the keys ${typable.join(" ") || "for no digit"}`;
}
