import { createHeldBytes } from "../../../src/base/held-bytes.ts";
import { type Cutter, lengthWithoutPadding, OVERLONG } from "./cutter.ts";

interface SisHost {
  framed(payload: Uint8Array): void;
  dropped(reason: string): void;
}

/**
 * Extron's Simple Instruction Set (SMP 300 series manual, and what public drivers for it really send).
 *
 * Escape commands begin with ESC or `W` and end with CR or `|`. Companion's module ends them with LF, others with
 * nothing at all: those of the recorder are therefore whole with their word `RCDR`, unless they carry free text.
 * All others have no end: digits and stars, and the character that closes them. Ends between commands are nothing.
 * A control character within a command stays in it, so that it is refused: without it, it would be another command.
 */
export function createSisCutter(host: SisHost): Cutter {
  const held = createHeldBytes();
  let phase: "between" | "short" | "escape" | "skipping" = "between";
  let opener = ESC;

  function reset(): void {
    held.clear();
    phase = "between";
  }

  function emit(): void {
    const payload = held.copy();
    const length = lengthWithoutPadding(payload);
    reset();
    host.framed(payload.subarray(0, length));
  }

  function hold(byte: number): void {
    held.append(byte);
    if (held.length <= LONGEST_BYTES) return;
    host.dropped(OVERLONG);
    held.clear();
    phase = "skipping";
  }

  /** The command without its ESC; only the end of a recorder's command is ever looked at. */
  const command = () => Buffer.from(held.copy()).toString("latin1", 1);

  function beginEscape(byte: number): void {
    if (phase === "escape" && isRecorders(command())) emit();
    if (phase !== "between") host.dropped(UNFINISHED);
    reset();
    phase = "escape";
    opener = byte;
    held.append(ESC);
  }

  function takeEscape(byte: number): void {
    if (isEnd(byte) && !(byte === BAR && opener === ESC && isMetadata(held.at(1)))) {
      if (held.length > 1) emit();
      else reset();
    } else {
      hold(byte);
      const isShort = held.length <= LONGEST_WHOLE_BYTES && phase === "escape";
      if (isShort && (byte | 0x20) === LETTER_R && isWhole(command())) emit();
    }
  }

  function takeLetter(byte: number): void {
    phase = "short";
    hold(byte);
    if (phase === "short" && isVisible(byte) && !isPrefix(byte)) emit();
  }

  function takeShort(byte: number): void {
    if (isEnd(byte)) {
      if (phase === "short") host.dropped(UNFINISHED);
      reset();
    } else if (phase === "between" && (byte | 0x20) === LETTER_W) beginEscape(byte);
    else if (phase === "short" ? byte !== SPACE : isVisible(byte)) takeLetter(byte);
  }

  return {
    get state() {
      return phase === "short" || phase === "escape" ? "within" : phase;
    },
    take(byte) {
      if (phase === "skipping") {
        if (isEnd(byte)) reset();
      } else if (byte === ESC) beginEscape(byte);
      else if (phase === "escape") takeEscape(byte);
      else takeShort(byte);
    },
    skipRest() {
      reset();
      phase = "skipping";
    },
    silence() {},
    finish: reset,
    reset,
    held: () => held.copy(),
  };
}

const LONGEST_BYTES = 256;
/** ESC E999RCDR. */
const LONGEST_WHOLE_BYTES = 9;
const UNFINISHED = "unfinished command";
const ESC = 0x1b;
const SPACE = 0x20;
const LETTER_M = 0x6d;
const LETTER_R = 0x72;
const LETTER_W = 0x77;
const CR = 0x0d;
const LF = 0x0a;
const BAR = 0x7c;
const STAR = 0x2a;
const [ZERO, NINE] = [0x30, 0x39];

function isEnd(byte: number): boolean {
  return byte === CR || byte === LF || byte === BAR;
}

function isVisible(byte: number): boolean {
  return byte > SPACE && byte < 0x7f;
}

/** Numbers and stars announce more. */
function isPrefix(byte: number): boolean {
  return byte === STAR || (byte >= ZERO && byte <= NINE);
}

/** Record, mark and extend carry no text, so that their last letter ends them. */
function isWhole(command: string): boolean {
  return /^(?:Y[0-9]?|B|D|E[0-9]{1,3})RCDR$/i.test(command);
}

/** Metadata carries text of its own. After ESC, which no web page sends, a bar in it is a bar. */
function isMetadata(letter: number | undefined): boolean {
  return letter !== undefined && (letter | 0x20) === LETTER_M;
}

function isRecorders(command: string): boolean {
  return /RCDR$/i.test(command);
}
