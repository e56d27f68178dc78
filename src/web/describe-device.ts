import type { PanelPlan } from "../bridge/device-plan.ts";
import type { PanelView } from "../bridge/device-session.ts";
import type { BridgeStatus } from "../bridge/status.ts";
import type { ControlDescription, ControlInput } from "../driver/control.ts";
import type { Frame } from "../driver/frame.ts";
import type { ControlInfo, DeviceInfo, LampInfo } from "./page/protocol.ts";

type DeviceStatus = BridgeStatus["devices"][number];

/**
 * A device for the page; `panel` is absent while it is not open, and for links without a panel. Then `plan` says what it
 * would be.
 */
export function describeDevice(
  device: DeviceStatus,
  panel: PanelView | undefined,
  plan: PanelPlan | undefined,
): DeviceInfo {
  const { id, kind, rooms, status, dropped, subscribers } = device;
  const { controls = [] } = panel ?? (status.kind === "open" ? undefined : plan) ?? {};
  return {
    id,
    kind,
    rooms,
    state: status.kind,
    productName: status.kind === "open" ? status.productName : "",
    ...(status.kind === "lost" ? splitRemedy(status.why) : { why: "", remedy: "" }),
    sinceAtMs: status.kind === "opening" ? 0 : status.sinceMs,
    face: controls.length > 0 ? "panel" : status.kind === "open" ? "link" : "unknown",
    controls: describeControls(controls),
    dropped,
    subscribers,
  };
}

/** What a lamp or a text display shows; nothing for pictures, which travel on their own. */
export function describeLamp(device: string, control: string, frame: Frame): LampInfo | undefined {
  switch (frame.kind) {
    case "lamp":
      return { device, control, color: toHex(frame.rgb), blink: frame.blink };
    case "text":
      return { device, control, text: frame.text };
    case "image":
      return undefined;
  }
}

/** Drivers say what happened and then, in the last sentence, what a person can do. */
function splitRemedy(text: string): { readonly why: string; readonly remedy: string } {
  const at = text.search(/(?<=[.!]) +[A-Z][^.!]*[.!]?$/);
  return at < 0 ? { why: text, remedy: "" } : { why: text.slice(0, at), remedy: text.slice(at).trim() };
}

/** A panel's controls seldom change, and are asked for every second. */
export function describeControls(controls: readonly ControlDescription[]): readonly ControlInfo[] {
  const known = described.get(controls);
  if (known !== undefined) return known;
  const fresh = controls.map(describeControl);
  described.set(controls, fresh);
  return fresh;
}

const described = new WeakMap<readonly ControlDescription[], readonly ControlInfo[]>();

function describeControl({ id, label, input, output, place }: ControlDescription): ControlInfo {
  const [widthPx, heightPx] = output.kind === "image" ? [output.widthPx, output.heightPx] : [0, 0];
  const [column, row] = place.area === "nowhere" ? [0, 0] : [place.column, place.row];
  return {
    id,
    label,
    input: inputWord(input),
    output: output.kind,
    widthPx,
    heightPx,
    area: place.area,
    column,
    row,
  };
}

function inputWord(input: ControlInput): ControlInfo["input"] {
  return input.shape === "encoder" && input.push === "button" ? "push-encoder" : input.shape;
}

function toHex(rgb: readonly number[]): string {
  return `#${rgb.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
