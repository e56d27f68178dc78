import type { ControlId, Frame } from "../../src/driver/contract.ts";
import type { LineSettings, PortParameters } from "./settings.ts";
import type { OutputLines, Wire } from "./wire/wire.ts";

/** DTR and RTS as lamps. The operating system takes both at once, so both are remembered. */
interface LineLamps {
  has(control: ControlId): boolean;
  /** Rejects when the line is gone. */
  show(control: ControlId, frame: Frame): Promise<void>;
  /** All that are lamps. */
  darken(): Promise<void>;
}

/** `resting` levels are those of the port's parameters: a lamp that is dark rests. */
export function createLineLamps(
  lines: LineSettings,
  parameters: PortParameters,
  wires: () => readonly Wire[],
): LineLamps {
  const resting: OutputLines = { dtr: parameters.dtr === "on", rts: parameters.rts === "on" };
  let outputs = resting;

  async function drive(next: OutputLines): Promise<void> {
    outputs = next;
    await Promise.all(wires().map((wire) => wire.drive?.(outputs)));
  }

  return {
    has(control) {
      const line = outputOf(control);
      return line !== undefined && lines[line] !== undefined;
    },
    async show(control, frame) {
      const line = outputOf(control);
      if (line === undefined || frame.kind !== "lamp") return;
      const isLit = frame.rgb.some((part) => part > 0);
      await drive({ ...outputs, [line]: isLit !== (lines[line]?.invert === "yes") });
    },
    async darken() {
      if (lines.dtr !== undefined || lines.rts !== undefined) await drive(resting);
    },
  };
}

function outputOf(control: ControlId): keyof OutputLines | undefined {
  return (["dtr", "rts"] as const).find((line) => line === control);
}
