import type { StreamDeck } from "@elgato-stream-deck/core";
import type { Frame } from "../../src/driver/contract.ts";
import type { Turn } from "../../src/driver/hid/turn.ts";
import type { DeckControl } from "./controls.ts";
import { mount, showFrame } from "./display.ts";
import type { DeckSettings } from "./settings.ts";

/**
 * The last thing that a deck shows. A display keeps its picture when its computer has gone, so a deck that is
 * let go of must not go on saying what it said.
 */
export async function showClosingFrame(
  library: StreamDeck,
  controls: readonly DeckControl[],
  { whenClosed, turn }: { readonly whenClosed: DeckSettings["whenClosed"] | "nothing"; readonly turn: Turn },
): Promise<void> {
  if (whenClosed === "nothing") return;
  for (const { part, description } of controls)
    if (description.output.kind === "lamp") await showFrame(library, part, DARK);
  if (whenClosed === "logo") return library.resetToLogo();
  if (whenClosed === "dark") return library.clearPanel();
  for (const { part, description } of controls) {
    const { output } = description;
    if (output.kind === "image")
      await showFrame(library, part, mount(drawOfflineCard(output.widthPx, output.heightPx), turn));
  }
}

const DARK: Frame = { kind: "lamp", rgb: [0, 0, 0], blink: "steady" };

/** OFFLINE in grey on black, as large as it fits; needs no font and no library. */
function drawOfflineCard(widthPx: number, heightPx: number): Extract<Frame, { kind: "image" }> {
  const rgb = new Uint8Array(widthPx * heightPx * 3);
  const columns = WORD[0]?.length ?? 1;
  const scale = Math.max(1, Math.floor(Math.min((widthPx - 2 * MARGIN_PX) / columns, MOST_SCALE)));
  const left = Math.floor((widthPx - columns * scale) / 2);
  const top = Math.floor((heightPx - WORD.length * scale) / 2);
  for (const [row, line] of WORD.entries())
    for (const [column, dot] of [...line].entries())
      if (dot !== " ") fillDot(rgb, widthPx, { x: left + column * scale, y: top + row * scale, scale });
  return { kind: "image", rgb, widthPx, heightPx };
}

interface Dot {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

function fillDot(rgb: Uint8Array, widthPx: number, { x, y, scale }: Dot): void {
  for (let row = y; row < y + scale; row++) {
    const start = (row * widthPx + x) * 3;
    rgb.fill(GREY, start, start + scale * 3);
  }
}

const GREY = 150;
const MARGIN_PX = 4;
const MOST_SCALE = 4;

const WORD = [
  " XX  XXX XXX X   X X  X XXX",
  "X  X X   X   X   X XX X X  ",
  "X  X XX  XX  X   X X XX XX ",
  "X  X X   X   X   X X  X X  ",
  " XX  X   X   XXX X X  X XXX",
];
