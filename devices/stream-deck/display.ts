import type { StreamDeck } from "@elgato-stream-deck/core";
import type { Frame, Rgb } from "../../src/driver/contract.ts";
import { type Turn, turnBack } from "../../src/driver/hid/turn.ts";
import type { Part } from "./controls.ts";

/** The frame that a person sees upright on a deck that is mounted so. */
export function mount(frame: Frame, turn: Turn): Frame {
  return frame.kind === "image" ? { kind: "image", ...turnBack(turn, frame) } : frame;
}

/** Writes a frame to one part; rejects when the part cannot show it or the device did not take it. */
export function showFrame(library: StreamDeck, part: Part, frame: Frame): Promise<void> {
  if (frame.kind === "image") return showImage(library, part, frame);
  if (frame.kind === "lamp") return showLamp(library, part, frame.rgb);
  return refuse(part, frame);
}

function showImage(library: StreamDeck, part: Part, frame: Extract<Frame, { kind: "image" }>): Promise<void> {
  switch (part.kind) {
    case "button":
      return library.fillKeyBuffer(part.index, frame.rgb, { format: "rgb" });
    case "segment":
      return library.fillLcdRegion(STRIP, part.leftPx, 0, frame.rgb, {
        format: "rgb",
        width: frame.widthPx,
        height: frame.heightPx,
      });
    case "window":
      return library.fillLcd(STRIP, frame.rgb, { format: "rgb" });
    default:
      return refuse(part, frame);
  }
}

/** A dial has a light inside, or a ring around it, or both. */
async function showLamp(library: StreamDeck, part: Part, [red, green, blue]: Rgb): Promise<void> {
  if (part.kind === "button") return library.fillKeyColor(part.index, red, green, blue);
  const dial = library.CONTROLS.find(
    (control) => control.type === "encoder" && part.kind === "dial" && control.index === part.index,
  );
  if (dial?.type !== "encoder") throw new Error(`a ${part.kind} has no lamp`);
  if (dial.hasLed) await library.setEncoderColor(dial.index, red, green, blue);
  if (dial.ledRingSteps > 0) await library.setEncoderRingSingleColor(dial.index, red, green, blue);
}

// The library numbers strips and windows; no model has two.
const STRIP = 0;

async function refuse(part: Part, frame: Frame): Promise<void> {
  throw new Error(`a ${part.kind} cannot show a frame of kind ${frame.kind}`);
}
