import type { PeerId } from "../base/identifiers.ts";
import type { Value } from "./control.ts";

/**
 * One unit of a conversation: a line of text (`values` empty), or an address with its arguments.
 * A line comes in without its terminator; what goes out is written as it stands, terminator included.
 */
export interface LinkMessage {
  readonly text: string;
  readonly values: readonly Value[];
}

/** Who speaks. The gate in `src/link` decides what a peer may do from these words alone. */
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

/** Text protocols that a kind with lines offers as its setting `dialect`; `none` is no conversation at all. */
export const lineDialects = ["native", "smp", "panopto", "none"] as const;
export type LineDialectName = (typeof lineDialects)[number];

/** What a kind's links carry: addresses with arguments, or lines of text. */
export type LinkStyle = "addresses" | "lines" | "none";
