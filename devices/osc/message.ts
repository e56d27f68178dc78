import type { Value } from "../../src/driver/contract.ts";

/** One argument: its type tag (`f`, `s`, `T`, ...) and its value in the words of the contract. */
export interface OscArgument {
  readonly tag: string;
  readonly value: Value;
}

/** One message, whatever it was wrapped in; arrays are flattened into their elements. */
export interface OscMessage {
  readonly address: string;
  readonly args: readonly OscArgument[];
}

/**
 * Printable ASCII after a slash. A comma opens the type tags (OSC 1.0 forbids it in names), so it stands
 * only between the braces of a pattern; patterns stay, so that the link can refuse or answer them.
 */
export const ADDRESS = /^\/(?:[\x21-\x2b\x2d-\x7a\x7c\x7e]|\{[\x21-\x7a\x7c\x7e]*\})+$/;

/** Every tag that can be read; a message with any other is discarded whole (OSC 1.0). */
export const KNOWN_TAGS = "ifsbhtdScrmTFNI[]";
