import type { PeerId } from "../base/identifiers.ts";
import type { Value } from "./control.ts";

/**
 * One unit of what a link carries: a line of text (`values` empty), or an address with its arguments.
 * A line comes in without its terminator; what goes out is written as it stands, terminator included.
 */
export interface LinkMessage {
  readonly text: string;
  readonly values: readonly Value[];
}

/** Who speaks. The access control in `src/link` decides what a peer may do from these words alone. */
export interface Peer {
  readonly id: PeerId;
  /** IP address as text, or the port's path on a wire; for people and for the allow-list. */
  readonly address: string;
  readonly reach: "same-machine" | "network" | "wire";
  readonly delivery: "datagram" | "stream";
}

/**
 * What a message means where a button was meant: `click` has no release of its own, `unclear` carries a text that is
 * neither on nor off. A line of text is always a `click`; a controller's argument decides it elsewhere.
 */
export type Stroke = "click" | "down" | "up" | "unclear" | "none";

/**
 * How the messages of a dialect follow each other in a stream of bytes: what the setting `frame` of a kind with lines may be,
 * or `sis` for Extron's Simple Instruction Set.
 */
export interface LineFraming {
  readonly kind: string;
  readonly [setting: string]: unknown;
}

/**
 * Lines that end with CR, LF or both. One that is not ended within 10 s is forgotten without a word, since a person may have
 * walked away from a terminal. A command has at most 256 bytes: longer lines are cut whole all the same, so that a dialect
 * can refuse them; what is longer than 1024 is noise.
 */
export const LINES: LineFraming = {
  kind: "delimiter",
  longestBytes: 1024,
  quietMs: 10_000,
  whenQuiet: "forget",
};

/** What a driver needs to know of the dialect that is spoken on its link. */
export interface DialectTransport {
  readonly framing: LineFraming;
  /** What a peer is sent, terminator included, that finds all connections taken; nothing when it is empty. */
  readonly whenFull: string;
}

/** What a kind's links carry: addresses with arguments, or lines of text. */
export type LinkStyle = "addresses" | "lines" | "none";
