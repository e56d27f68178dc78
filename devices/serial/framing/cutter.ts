/** One way of cutting, byte by byte, so that it cannot matter how the bytes were split. */
export interface Cutter {
  /** `skipping`: a frame is being thrown away and has not ended. */
  readonly state: "between" | "within" | "skipping";
  take(byte: number): void;
  /** Throws away what comes, up to the next end. */
  skipRest(): void;
  /** Silence while skipping: the place may be found again, where silence can tell it. */
  silence(): void;
  /** Silence ends a frame: what is held is whole. */
  finish(): void;
  /** Forgets everything: the next byte begins a frame. */
  reset(): void;
  /** What there is of a message of text that has not ended. */
  held?(): Uint8Array;
}

/** What a cutter tells of what it reads. */
export interface CutterHost {
  /** `refused` when its checksum was wrong. */
  framed(payload: Uint8Array): "taken" | "refused";
  dropped(reason: string): void;
  /** Whether ESC is kept in lines of text. */
  readonly escape: "kept" | "dropped";
}

/** ESC, which begins a command of Extron's SIS. */
export const ESCAPE = 0x1b;

/** The reason for dropping a frame that is longer than its setting allows. */
export const OVERLONG = "frame too long";

/**
 * Whether a byte is a control character, which text has none of but tabs. Before the first character of a message it is
 * noise, as idle and floating lines produce it. Within a message it stays: were it left out, `1` and `2` around it would
 * become 12.
 */
export function isControl(byte: number): boolean {
  return (byte < 0x20 && byte !== TAB) || byte === DELETE;
}

/** Backspace and DEL, which a terminal sends to take its last character back. */
export function isErasing(byte: number): boolean {
  return byte === BACKSPACE || byte === DELETE;
}

/** Whether something stands in a text that is no part of it: it may mean something else than it seems to. */
export function isSpoiled(text: Uint8Array): boolean {
  return text.some(isControl);
}

/** How long a text is without the NULs behind it, which pad lines and follow their ends. */
export function lengthWithoutPadding(text: Uint8Array): number {
  return text.findLastIndex((byte) => byte !== 0) + 1;
}

const BACKSPACE = 0x08;
const TAB = 0x09;
const DELETE = 0x7f;

/** The bytes of a text in which every character is one byte. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
