import type { ControlDescription } from "../driver/control.ts";
import type { ActionTemplate, ActionWithoutRoom, ControlBinding } from "../mapping/mapping.ts";
import type { BindingInfo } from "./page/protocol.ts";

/** What a control means, in words and as a piece of a mapping file. */
export function describeBinding(
  control: ControlDescription,
  binding: ControlBinding | undefined,
): BindingInfo {
  const gestures = [...(binding?.gestures ?? [])];
  const room = binding?.look?.room ?? roomOf(gestures.flatMap(([, templates]) => templates));
  return {
    control: control.id,
    gestures: gestures.map(([gesture, templates]) => ({
      gesture,
      does: templates.map(tell).join(", then "),
    })),
    holdMs: binding?.settings.holdMs ?? 0,
    ...(room === undefined ? {} : { room }),
    snippet: writeSnippet(control, gestures),
  };
}

type Bound = readonly (readonly [gesture: string, templates: readonly ActionTemplate[]])[];

function roomOf(templates: readonly ActionTemplate[]): string | undefined {
  return templates.flatMap((template) => ("action" in template ? [template.room] : []))[0];
}

function tell(template: ActionTemplate): string {
  if ("page" in template) return `turn to page ${template.page}`;
  if ("digit" in template) return "type a digit of the PIN";
  const { action, room } = template;
  if (action.kind === "mark") return `mark “${action.text}” in ${room}`;
  if (action.kind === "apply-preset") return `apply preset ${action.preset} in ${room}`;
  return `${action.kind.replace("-", " ")} ${room}`;
}

/** A binding to start from: as it is, or for an unbound control what is usual for its shape. */
function writeSnippet({ id, input, output }: ControlDescription, gestures: Bound): string {
  const plain = gestures.filter(([gesture]) => !gesture.startsWith("turn-"));
  const turns = gestures.filter(([gesture]) => gesture.startsWith("turn-"));
  const parts = plain.map(([gesture, templates]) => `"${gesture}": ${writeActions(templates)}`);
  if (turns.length > 0) {
    const ways = turns.map(
      ([gesture, templates]) => `"${gesture.replace("turn-", "")}": ${writeActions(templates)}`,
    );
    parts.push(`"turn": { ${ways.join(", ")} }`);
  }
  if (parts.length === 0) parts.push(...usual(input));
  if (output.kind !== "none") parts.push(`"look": "${usualLook(gestures)}"`);
  return `${JSON.stringify(id)}: { ${parts.join(", ")} }`;
}

/** Of the looks that every mapping can name, the one that goes with what the control does. */
function usualLook(gestures: Bound): string {
  const kinds = gestures.flatMap(([, templates]) =>
    templates.flatMap((template) => ("action" in template ? [template.action.kind] : [])),
  );
  const [first = "start"] = kinds;
  if (first === "mark") return "mark";
  if (kinds.includes("start") || kinds.includes("stop")) return "tally";
  return /pause|resume/.test(first) ? "pause" : /lock/.test(first) ? "lock" : "tally";
}

function usual({ shape }: ControlDescription["input"]): readonly string[] {
  if (shape === "none" || shape === "fader") return [];
  if (shape === "pulse") return ['"pulse": "start"'];
  return shape === "encoder"
    ? ['"turn": { "right": { "mark": "Turned" } }']
    : ['"tap": "start"', '"hold": "stop"'];
}

function writeActions(templates: readonly ActionTemplate[]): string {
  const written = templates.map((template) =>
    "action" in template ? describeAction(template.action, template.room) : template,
  );
  return writeJson(written.length === 1 ? written[0] : written);
}

function describeAction(action: ActionWithoutRoom, room: string): unknown {
  switch (action.kind) {
    case "mark":
      return { mark: action.text, color: action.color, room };
    case "apply-preset":
      return { "apply-preset": action.preset, camera: action.camera, room };
    case "start":
    case "toggle": {
      const { recording } = action;
      const isPlain = Object.keys(recording).length === 0;
      return isPlain ? { do: action.kind, room } : { [action.kind]: recording, room };
    }
    default:
      return { do: action.kind, room };
  }
}

/** In one line, as people write it. */
function writeJson(value: unknown): string {
  const lines = JSON.stringify(value, undefined, 1).split("\n");
  return lines.map((line) => line.trim()).join(" ");
}
