import type { StreamDeck } from "@elgato-stream-deck/core";
import { controlsOf } from "./controls.ts";
import { showFrame } from "./display.ts";
import type { HidLine } from "./hid-line.ts";
import { type ModelWord, modelOf } from "./models.ts";

/** A deck that is about to be used. */
export interface Preparing {
  readonly model: ModelWord;
  readonly reach: "wire" | "network" | "fake";
  readonly library: StreamDeck;
  readonly line: HidLine;
  readonly brightnessPercent: number;
}

/** Nothing is known of what was there before: a half-sent picture, another program's timer, its pictures. */
export async function prepare(deck: Preparing): Promise<void> {
  const { model, library, line } = deck;
  const { protocol } = modelOf(model);
  if (protocol === "pedal") return;
  // An empty picture packet ends one that a killed program left unfinished (python-elgato-streamdeck sends the same).
  if (deck.reach !== "network") await line.device.sendReports([emptyPacket(model)]);
  await setUp(deck);
  await library.clearPanel();
  for (const { part, description } of controlsOf(model))
    if (description.output.kind === "lamp")
      await showFrame(library, part, { kind: "lamp", rgb: [0, 0, 0], blink: "steady" });
}

/** What the deck keeps by itself, until somebody else or a reset changes it. */
export async function setUp({ model, library, line, brightnessPercent }: Preparing): Promise<void> {
  const { protocol } = modelOf(model);
  if (protocol === "pedal") return;
  await library.setBrightness(brightnessPercent);
  // The deck keeps the sleep timer that its maker's program set and would go dark under us; zero is never.
  if (protocol === "second") await line.device.sendFeatureReport(neverSleep());
}

/** The first model takes reports of 8191 bytes, all others 1024 (docs.elgato.com/streamdeck/hid). */
function emptyPacket(model: ModelWord): Uint8Array {
  const packet = new Uint8Array(model === "original" ? 8191 : 1024);
  packet[0] = 0x02;
  return packet;
}

/** 03 0D and the seconds as a 32-bit number, little end first (docs.elgato.com/streamdeck/hid/general). */
function neverSleep(): Uint8Array {
  const report = new Uint8Array(32);
  report.set([0x03, 0x0d]);
  return report;
}
