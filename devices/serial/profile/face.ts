import type { Frame } from "../../../src/driver/contract.ts";
import { encodeLamp } from "./lamp.ts";
import type { ProfileControl } from "./profile.ts";

/** The bytes that show a frame on a control; nothing when it cannot show that. */
export function encodeFrame(control: ProfileControl, frame: Frame): Uint8Array | undefined {
  const { description, lamp, text } = control;
  if (frame.kind === "lamp") return lamp && encodeLamp(lamp, frame);
  if (frame.kind !== "text" || text === undefined || description.output.kind !== "text") return undefined;
  // A line's end within a text would end the message.
  const line = [...frame.text].map((character) =>
    character < " " || character === "\u007f" ? " " : character,
  );
  return text(new Map([["text", line.slice(0, description.output.columns).join("")]]));
}

/** The bytes that leave a control dark and empty. */
export function encodeDark(control: ProfileControl): readonly Uint8Array[] {
  const frames: readonly Frame[] = [
    { kind: "lamp", rgb: [0, 0, 0], blink: "steady" },
    { kind: "text", text: "" },
  ];
  return frames.flatMap((frame) => encodeFrame(control, frame) ?? []);
}
