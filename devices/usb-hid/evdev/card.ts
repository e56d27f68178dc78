import type { CardRules } from "./evdev-grammar.ts";
import { typedText } from "./layouts.ts";

/** Puts together what a card reader types. A card's number is a secret: it leaves only as `read`. */
export interface CardTyping {
  /** A key went down; `atMs` is the time that its record carries. */
  down(code: number, atMs: number): void;
  up(code: number): void;
  /** The keys fell silent: for readers that end a number by a pause. */
  rest(): void;
  /** Keys were lost up to now: what is being typed, and how it began, is not known. */
  miss(atMs: number): void;
}

export interface CardEars {
  read(number: string): void;
  /** Why a number was thrown away; never says which. */
  dropped(reason: string): void;
}

const keys = { enter: [28, 96], tab: [15], shift: [42, 54], capsLock: [58], numLock: [69] } as const;

export function createCardTyping(rules: CardRules, ears: CardEars): CardTyping {
  let typed = "";
  let fault: string | undefined;
  let lastMs: number | undefined;
  const shifts = new Set<number>();

  const forget = () => {
    typed = "";
    fault = undefined;
    lastMs = undefined;
  };
  const spoil = (reason: string) => {
    typed = "";
    fault ??= reason;
  };
  const discard = () => {
    if (typed !== "") ears.dropped("a card number that was not typed to its end");
    forget();
  };
  const isStale = (atMs: number) => {
    const pauseMs = lastMs === undefined ? 0 : atMs - lastMs;
    // A record's time is wall time: a step backwards is as good as a pause.
    return pauseMs < 0 || pauseMs > rules.betweenKeysMs;
  };
  const finish = () => {
    if (fault !== undefined) ears.dropped(fault);
    else if (typed.length >= rules.minimumLength) ears.read(typed);
    else if (typed !== "") ears.dropped("a card number that is too short");
    forget();
  };
  const type = (code: number) => {
    const text = typedText(rules.layout, code, shifts.size > 0 ? "down" : "up");
    if (text === undefined) return spoil("a card number with a key that types nothing");
    if (typed.length >= rules.maximumLength) return spoil("a card number that is too long");
    if (fault === undefined) typed += text;
  };

  return {
    down(code, atMs) {
      if (isOneOf(keys.shift, code)) return void shifts.add(code);
      // Readers switch these on and off around a number.
      if (isOneOf(keys.capsLock, code) || isOneOf(keys.numLock, code)) return;
      if (isStale(atMs)) (rules.end === "pause" ? finish : discard)();
      lastMs = atMs;
      if (rules.end !== "pause" && isOneOf(keys[rules.end], code)) return finish();
      // Some end a number with Enter as well, whatever they were told.
      if (isOneOf(keys.enter, code)) return finish();
      type(code);
    },
    up: (code) => void shifts.delete(code),
    rest() {
      if (rules.end === "pause") finish();
    },
    miss(atMs) {
      shifts.clear();
      spoil("a card number of which keys were lost");
      lastMs = atMs;
    },
  };
}

function isOneOf(codes: readonly number[], code: number): boolean {
  return codes.includes(code);
}
