import type { StreamDeck } from "@elgato-stream-deck/core";
import type { Frame } from "../../src/driver/contract.ts";
import type { Turn } from "../../src/driver/hid/turn.ts";
import type { DeckControl } from "./controls.ts";
import { mount, showFrame } from "./display.ts";
import { drawOfflineCard } from "./offline-card.ts";
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
