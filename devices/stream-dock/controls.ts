import { type ControlDescription, controlId } from "../../src/driver/contract.ts";
import { COLUMNS, type Generation, generations, WIRE_NUMBERS } from "./models.ts";

/** A key together with what it is to the panel. */
export interface DeckKey {
  readonly description: ControlDescription;
  readonly wireNumber: number;
}

/** Its 15 keys, with the numbers that its reports use. */
export function keysOf(generation: Generation): readonly DeckKey[] {
  const { keyPx } = generations[generation];
  return WIRE_NUMBERS.map((wireNumber, index) => ({
    description: {
      id: controlId(`key-${index + 1}`),
      label: `key ${index + 1}`,
      input: { shape: "button" },
      output: { kind: "image", widthPx: keyPx, heightPx: keyPx },
      place: { area: "keys", column: index % COLUMNS, row: Math.floor(index / COLUMNS) },
    },
    wireNumber,
  }));
}
