import type { Action } from "../action/action.ts";

/**
 * What was said, without the numbers of cards and the PINs that it named: it goes on record, into logs and back to the asker.
 * Only the mapping knows which part of a text is a card's number.
 */
export function withoutCards(text: string, actions: readonly Action[]): string {
  return actions.reduce((clean, action) => {
    const author = "recording" in action ? action.recording.author : undefined;
    const number = typeof author !== "object" ? "" : "card" in author ? author.card : author.pin;
    return number === "" ? clean : clean.replaceAll(number, "***");
  }, text);
}
