import { type KeyboardLayout, typedText } from "./layouts.ts";

/** What a keystroke typed: text, the end of a line or field, or something that is no part of a text. */
export type Stroke = { readonly text: string } | "enter" | "tab" | "nothing-typed";

/** Reads keys as the computer would that a reader takes itself to be typing into. */
interface Keyboard {
  /** What the key typed by going down; undefined where it only changes what others type. */
  down(code: number, atMs: number): Stroke | undefined;
  /** Likewise by going up: a number typed on the keypad while Alt was down. */
  up(code: number, atMs: number): Stroke | undefined;
  /** No key is down, and Caps Lock is off. */
  release(): void;
}

const ENTER = [28, 96];
const TAB = 15;
const CAPS_LOCK = 58;
/** Num Lock and Scroll Lock: keypads of readers type digits always. */
const IGNORED = [69, 70];
/** The keypad's digits, which make codes while Alt is down. */
const KEYPAD_DIGITS = [71, 72, 73, 75, 76, 77, 79, 80, 81, 82];
type Modifier = "shift" | "control" | "alt";
const modifierOf: ReadonlyMap<number, Modifier> = new Map([
  [42, "shift"],
  [54, "shift"],
  [29, "control"],
  [97, "control"],
  [56, "alt"],
]);

/** After `restMs` without a key it is released: readers switch Caps Lock on and off around each number. */
export function createKeyboard(layout: KeyboardLayout, restMs: number): Keyboard {
  const held = new Map<number, Modifier>();
  let isCapsLocked = false;
  /** What Alt and the keypad have typed so far. */
  let code = "";
  let lastMs = -Infinity;
  const isHeld = (modifier: Modifier) => [...held.values()].includes(modifier);

  function type(key: number): Stroke {
    const text = typedText(layout, key, { shift: isHeld("shift"), capsLock: isCapsLocked });
    if (isHeld("alt")) {
      if (!KEYPAD_DIGITS.includes(key) || text === undefined || code.length > 4) return "nothing-typed";
      code += text;
      return { text: "" };
    }
    if (isHeld("control")) return controlStroke(text);
    return text === undefined ? "nothing-typed" : { text };
  }

  const release = () => {
    held.clear();
    isCapsLocked = false;
    code = "";
  };
  const note = (atMs: number) => {
    if (atMs - lastMs >= restMs) release();
    lastMs = atMs;
  };

  return {
    release,
    down(key, atMs) {
      note(atMs);
      const modifier = modifierOf.get(key);
      if (modifier !== undefined) held.set(key, modifier);
      else if (key === CAPS_LOCK) isCapsLocked = !isCapsLocked;
      else if (ENTER.includes(key)) return "enter";
      else if (key === TAB) return "tab";
      else if (!IGNORED.includes(key)) return type(key);
      return undefined;
    },
    up(key, atMs) {
      note(atMs);
      const modifier = held.get(key);
      held.delete(key);
      if (modifier !== "alt" || code === "") return undefined;
      const typed = strokeOf(Number(code));
      code = "";
      return typed;
    },
  };
}

/** Ctrl and a letter are the control characters 1 to 26 (ASCII): Ctrl-B is STX, Ctrl-M is Enter. */
function controlStroke(text: string | undefined): Stroke {
  const letter = text?.toLowerCase() ?? "";
  return /^[a-z]$/.test(letter) ? strokeOf(letter.charCodeAt(0) - 96) : "nothing-typed";
}

/** Of a character code. Beyond ASCII the code page of the computer decides: no card number has such characters. */
function strokeOf(characterCode: number): Stroke {
  if (characterCode === 13 || characterCode === 10) return "enter";
  if (characterCode === 9) return "tab";
  const isText = (characterCode >= 32 && characterCode < 127) || (characterCode >= 1 && characterCode <= 26);
  return isText ? { text: String.fromCharCode(characterCode) } : "nothing-typed";
}

/** `ctrl-b` as the character that it types; any other text as it is. */
export function readAffix(written: string): string {
  const letter = /^ctrl-([a-z])$/i.exec(written)?.[1];
  return letter === undefined ? written : String.fromCharCode(letter.toLowerCase().charCodeAt(0) - 96);
}

/** The first control character in a text, as it is written in a mapping. */
export function findControlKey(text: string): string | undefined {
  const found = [...text].find((character) => character < " ");
  return found === undefined ? undefined : `ctrl-${String.fromCharCode(found.charCodeAt(0) + 96)}`;
}
