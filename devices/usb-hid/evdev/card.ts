import { fail, type Result, succeed } from "../../../src/driver/contract.ts";
import type { CardRules } from "./card-grammar.ts";
import { convertNumber } from "./card-number.ts";
import { createKeyboard, findControlKey, readAffix, type Stroke } from "./keyboard.ts";

/** Puts together what a card reader types. A card's number is a secret: it leaves only as `read`. */
export interface CardTyping {
  /** A key went down; `atMs` is the time that its record carries. */
  down(code: number, atMs: number): void;
  up(code: number, atMs: number): void;
  /** The keys fell silent: for readers that end a number by a pause. */
  rest(): void;
  /** It is listened to from here on: whether a number is being typed is not known. */
  begin(atMs: number): void;
  /** Keys were lost up to now: what is being typed, and how it began, is not known. */
  miss(atMs: number): void;
}

interface CardEars {
  read(number: string): void;
  /** Why a number was thrown away; never says which. */
  dropped(reason: string): void;
}

/**
 * - `opened`: a number may be under way, whose keys follow at once.
 * - `ready`: the next key begins a number.
 * - `spoiled`: what is typed is thrown away, to the next end.
 * - `resting`: the end has come, but what follows without a rest may belong to it.
 */
type Phase = "opened" | "ready" | "typing" | "spoiled" | "resting";

/** The tail of a number is somebody else's: after a gap nothing counts before the next end and a rest. */
export function createCardTyping(rules: CardRules, ears: CardEars): CardTyping {
  const { betweenKeysMs, end } = rules;
  const restMs = betweenKeysMs * 2;
  const keyboard = createKeyboard(rules.layout, restMs);
  let phase: Phase = "ready";
  let typed = "";
  let lastMs = -Infinity;

  const spoil = (reason: string) => {
    if (phase !== "spoiled") ears.dropped(reason);
    phase = "spoiled";
    typed = "";
  };
  const finish = () => {
    if (phase === "typing") {
      const read = readNumber(typed, rules);
      if (read.ok) ears.read(read.value);
      else ears.dropped(read.failure);
    }
    phase = phase === "spoiled" ? "resting" : "ready";
    typed = "";
  };
  /** A record's time going backwards is a gap of unknown length. */
  const judgePause = (pauseMs: number) => {
    const isRest = pauseMs >= restMs;
    if (phase === "typing" && (pauseMs < 0 || pauseMs > betweenKeysMs)) {
      if (end === "pause" && pauseMs > 0) finish();
      else spoil(tellPause(pauseMs, rules));
    } else if (phase === "spoiled" && end === "pause" && isRest) phase = "ready";
    else if (phase === "resting" && !isRest) spoil("a card number right after one that was thrown away");
    else if (phase === "opened" && !isRest && pauseMs >= 0) spoil("a card number that had begun before");
  };
  const take = (stroke: Stroke, atMs: number) => {
    // Some end a number with Enter as well, whatever they were told.
    const isEnd = stroke === "enter" || stroke === end;
    const pauseMs = atMs - lastMs;
    lastMs = atMs;
    if (phase === "resting" && isEnd) return;
    judgePause(pauseMs);
    if (isEnd) return finish();
    if (phase === "spoiled") return;
    if (typeof stroke === "string") return spoil("a card number with a key that types nothing");
    phase = "typing";
    typed += stroke.text;
    if (typed.length > LONGEST) spoil(TOO_LONG);
  };
  const hear = (stroke: Stroke | undefined, atMs: number) => {
    if (stroke !== undefined) take(stroke, atMs);
  };
  const startAnew = (atMs: number) => {
    keyboard.release();
    lastMs = atMs;
  };

  return {
    down: (code, atMs) => hear(keyboard.down(code, atMs), atMs),
    up: (code, atMs) => hear(keyboard.up(code, atMs), atMs),
    rest() {
      if (end === "pause" && phase === "typing") finish();
    },
    begin(atMs) {
      startAnew(atMs);
      phase = "opened";
    },
    miss(atMs) {
      startAnew(atMs);
      spoil("a card number of which keys were lost");
    },
  };
}

/** A bound for what never ends; the longest number and what stands around it are shorter. */
const LONGEST = 300;
const TOO_LONG = "a card number that is too long";

function tellPause(pauseMs: number, { betweenKeysMs }: CardRules): string {
  if (pauseMs < 0) return "a card number during which the clock was set back";
  const seconds = (Math.ceil(pauseMs / 100) / 10).toFixed(1);
  return `a card number with a pause of ${seconds} s in it ("betweenKeysMs" is ${betweenKeysMs})`;
}

/** Takes off what stands around the number, and checks and converts it. */
function readNumber(typed: string, rules: CardRules): Result<string, string> {
  const { length, minimumLength, maximumLength, number } = rules;
  const prefix = readAffix(rules.prefix ?? "");
  const suffix = readAffix(rules.suffix ?? "");
  if (!typed.startsWith(prefix)) return fail("a card number without its prefix");
  if (!typed.slice(prefix.length).endsWith(suffix)) return fail("a card number without its suffix");
  const bare = typed.slice(prefix.length, typed.length - suffix.length);
  const control = findControlKey(bare);
  if (control !== undefined)
    return fail(`a card number with ${control} in it: that may be its "prefix" or "suffix"`);
  if (length !== undefined && bare.length !== length)
    return fail("a card number that is not as long as its settings say");
  if (length === undefined && bare.length < minimumLength) return fail("a card number that is too short");
  if (length === undefined && bare.length > maximumLength) return fail(TOO_LONG);
  return number === undefined ? succeed(bare) : convertNumber(bare, number);
}
