import { fail, type OpenFailure, type Result, succeed } from "../../src/driver/contract.ts";
import { isPort } from "../../src/driver/hid/usb-port.ts";
import { fitsModel, type ModelWord, type UsbIds } from "./models.ts";
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
  /** The USB port that it is plugged into, as the kernel names it: `1-1.4`. Linux only. */
  readonly port?: string | undefined;
}

/** What a mapping says about the deck it means. */
export interface Wanted {
  readonly serialNumber?: string | undefined;
  readonly model?: ModelWord | undefined;
  /** A USB port, or a device file with links resolved. */
  readonly path?: string | undefined;
}

/** The one deck that is meant; a guess between several is refused with all of them named. Pure. */
export function chooseDeck(found: readonly FoundDeck[], wanted: Wanted): Result<FoundDeck, OpenFailure> {
  const serialNumber = readSerialNumber(wanted.serialNumber) ?? wanted.serialNumber;
  const fitting = found.filter(
    (deck) =>
      (serialNumber === undefined || deck.serialNumber === serialNumber) &&
      (wanted.model === undefined || deck.model === undefined || fitsModel(wanted.model, deck.model)) &&
      (wanted.path === undefined || (isPort(wanted.path) ? deck.port : deck.path) === wanted.path),
  );
  // A sister model stands back behind one that is exactly meant, and an unknown product, which might be any, behind both.
  const exact = fitting.filter(({ model }) => model !== undefined && model === wanted.model);
  const sure = fitting.filter(({ model }) => model !== undefined);
  const [deck, ...others] = [exact, sure, fitting].find((decks) => decks.length > 0) ?? [];
  if (deck === undefined) return fail({ reason: "not-found", message: missing(found, wanted) });
  if (others.length === 0) return succeed(deck);
  return fail({
    reason: "not-found",
    message: `${others.length + 1} Stream Decks fit: ${list([deck, ...others])}. Name one by "serialNumber", or where there is none by "path": the USB port that it is plugged into.`,
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
      ({ productName, serialNumber, path, port }) =>
        `${productName} ${serialNumber ?? "without a usable serial number"} at ${port === undefined ? path : `port ${port}`}`,
    )
    .join(", ");
}
