import { fail, type OpenFailure, type Result, succeed } from "../../src/driver/contract.ts";
import type { ModelWord, UsbIds } from "./models.ts";
import { readSerialNumber } from "./serial-number.ts";

/** A deck that is attached, not opened. */
export interface FoundDeck extends UsbIds {
  /** Where it can be opened: a device file, or a port of a dock. */
  readonly path: string;
  readonly productName: string;
  /** Undefined for a product that this version does not know. */
  readonly model: ModelWord | undefined;
  /** Readable and normalised, or undefined. */
  readonly serialNumber: string | undefined;
}

/** What a mapping says about the deck it means. */
export interface Wanted {
  readonly serialNumber?: string | undefined;
  readonly model?: ModelWord | undefined;
  /** With links resolved. */
  readonly path?: string | undefined;
}

/** The one deck that is meant; a guess between several is refused with all of them named. Pure. */
export function chooseDeck(found: readonly FoundDeck[], wanted: Wanted): Result<FoundDeck, OpenFailure> {
  const serialNumber = readSerialNumber(wanted.serialNumber) ?? wanted.serialNumber;
  const fitting = found.filter(
    (deck) =>
      (serialNumber === undefined || deck.serialNumber === serialNumber) &&
      (wanted.model === undefined || deck.model === wanted.model || deck.model === undefined) &&
      (wanted.path === undefined || deck.path === wanted.path),
  );
  // An unknown product might be any model, so it stands back behind one that surely is.
  const sure = fitting.filter((deck) => deck.model !== undefined);
  const [deck, ...others] = sure.length > 0 ? sure : fitting;
  if (deck === undefined) return fail({ reason: "not-found", message: missing(found, wanted) });
  if (others.length === 0) return succeed(deck);
  return fail({
    reason: "not-found",
    message: `${others.length + 1} Stream Decks fit: ${list([deck, ...others])}. Name one by "serialNumber", or by "path" where there is none.`,
  });
}

function missing(found: readonly FoundDeck[], { serialNumber, model, path }: Wanted): string {
  const wishes = [
    serialNumber === undefined ? "" : ` with serial number ${serialNumber}`,
    model === undefined ? "" : ` of model ${model}`,
    path === undefined ? "" : ` at ${path}`,
  ].join("");
  const others = found.length === 0 ? "none is attached" : `attached are: ${list(found)}`;
  return `No Stream Deck${wishes} is there; ${others}. Check the cable and the settings.`;
}

function list(decks: readonly FoundDeck[]): string {
  return decks
    .map(
      ({ productName, serialNumber, path }) =>
        `${productName} ${serialNumber ?? `without a usable serial number at ${path}`}`,
    )
    .join(", ");
}
