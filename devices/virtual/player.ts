import { z } from "zod";
import { parseJson } from "../../src/base/json.ts";
import {
  type ControlDescription,
  type ControlEvent,
  controlId,
  type DeviceHost,
  fail,
  type OpenFailure,
  type RecordingPlayer,
  type Result,
  succeed,
} from "../../src/driver/contract.ts";

/**
 * Plays touches into the panel of that name that was opened last: each packet is a control event as JSON, such as
 * `{"kind":"down","control":"key-1"}`.
 */
export function openPlayer(productName: string): Result<RecordingPlayer, OpenFailure> {
  const panel = panels.get(productName);
  if (panel === undefined)
    return fail({ reason: "not-found", message: `There is no open panel called ${productName}.` });
  return succeed({
    answers: [],
    play: async (bytes, channel) => {
      panel.host.traced("in", bytes, channel);
      const event = readEvent(bytes, panel.controls);
      if (event === undefined) panel.host.dropped("no touch of this panel");
      else panel.host.emit(event);
    },
    close: async () => undefined,
  });
}

interface Panel {
  readonly host: DeviceHost;
  readonly controls: readonly ControlDescription[];
}

const panels = new Map<string, Panel>();

/** Makes an open panel known to players; the returned function ends that. */
export function enrol(
  productName: string,
  host: DeviceHost,
  controls: readonly ControlDescription[],
): () => void {
  const panel: Panel = { host, controls };
  panels.set(productName, panel);
  return () => {
    if (panels.get(productName) === panel) panels.delete(productName);
  };
}

const named = { control: z.string().max(64).transform(controlId) };
const eventSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["held", "down", "up"]), ...named }),
  z.strictObject({ kind: z.literal("turned"), detents: z.int().min(-100).max(100), ...named }),
  z.strictObject({
    kind: z.literal("touched"),
    how: z.enum(["tap", "hold", "swipe-left", "swipe-right"]),
    ...named,
  }),
]);

function readEvent(bytes: Uint8Array, controls: readonly ControlDescription[]): ControlEvent | undefined {
  const event = eventSchema.safeParse(parseJson(new TextDecoder().decode(bytes)));
  if (!event.success) return undefined;
  return controls.some(({ id }) => id === event.data.control) ? event.data : undefined;
}
