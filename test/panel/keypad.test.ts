import { describe, expect, test } from "vitest";
import { type ModelWord, modelWords } from "../../devices/stream-deck/models.ts";
import { roomName } from "../../src/base/identifiers.ts";
import { layKeypad } from "../../src/panel/keypad.ts";
import { controlsOfDeck, looks, tellBinding } from "./panels.ts";

const room = roomName("interview-1");
const tally = { table: looks.tally!, room };

function tellKeypad(model: ModelWord, shown: typeof tally | undefined = tally): readonly string[] {
  const page = layKeypad(controlsOfDeck(model), shown);
  return [...page].map(([id, binding]) => `${id}: ${tellBinding(binding, room)}`);
}

const digits = (last: number) =>
  Array.from({ length: last }, (_, index) => {
    const digit = (index + 1) % 10;
    return `key-${index + 1}: press types ${digit}, says "${digit}"`;
  });

/** What each model shows while it is locked. */
const keypads: Readonly<Record<ModelWord, readonly string[]>> = {
  original: [...digits(10), "key-15: looks tally"],
  "original-v2": [...digits(10), "key-15: looks tally"],
  mk2: [...digits(10), "key-15: looks tally"],
  "mk2-scissor": [...digits(10), "key-15: looks tally"],
  "module-15": [...digits(10), "key-15: looks tally"],
  mini: digits(6),
  "module-6": digits(6),
  xl: [...digits(10), "key-32: looks tally"],
  "module-32": [...digits(10), "key-32: looks tally"],
  plus: digits(8),
  "plus-xl": [...digits(10), "key-36: looks tally"],
  neo: digits(8),
  pedal: [],
  studio: [...digits(10), "key-32: looks tally"],
  "galleon-k100": [...digits(10), "key-12: looks tally"],
};

describe("a locked panel", () => {
  test.each(modelWords)("%s has digits, a tally where there is room, and nothing else", (model) => {
    expect(tellKeypad(model)).toEqual(keypads[model]);
  });

  test("shows no tally where the panel serves no one room", () => {
    expect(layKeypad(controlsOfDeck("mk2"), undefined).size).toBe(10);
  });

  test("does nothing to a room, whatever is touched", () => {
    for (const model of modelWords) {
      const actions = [...layKeypad(controlsOfDeck(model), tally).values()].flatMap(({ gestures }) =>
        [...gestures.values()].flat(),
      );
      expect(actions.filter((action) => "action" in action)).toEqual([]);
    }
  });
});
