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
}

export interface CutterHost {
  /** `refused` when its checksum was wrong. */
  framed(payload: Uint8Array): "taken" | "refused";
  dropped(reason: string): void;
  /** Whether ESC is kept in lines of text. */
  readonly escape: "kept" | "dropped";
}

export const ESCAPE = 0x1b;

export const OVERLONG = "frame too long";

/** Whether a byte is noise in text: control characters are, and FF, which idle and floating lines produce. */
export function isNoiseInText(byte: number): boolean {
  return byte < 0x20 || byte === 0xff;
}

/** The bytes of a text in which every character is one byte. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
