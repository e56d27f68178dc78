import type { ControlDescription } from "../../../src/driver/contract.ts";
import type { FrameSetting } from "../framing/frame-spec.ts";
import type { Report } from "./act.ts";
import type { ProfileDocument } from "./document.ts";
import type { Match } from "./match.ts";
import type { Payload } from "./payload.ts";
import type { Encode } from "./send.ts";

/** A product as data, checked and compiled. */
export interface Profile {
  readonly id: string;
  readonly name: string;
  /** Where its facts come from, and on which hardware they were tried. */
  readonly source: string;
  readonly confirmed: string;
  readonly port: PortDefaults;
  readonly frame: FrameSetting;
  readonly notify: { readonly udpPort: number } | undefined;
  readonly controls: readonly ProfileControl[];
  /** In their order: the first that fits counts. */
  readonly rules: readonly Rule[];
  readonly sending: Sending;
}

type PortDefaults = ProfileDocument["port"];

/** One control, and how it is shown. */
export interface ProfileControl {
  readonly description: ControlDescription;
  readonly lamp: Lamp | undefined;
  /** Gives the bytes that show `text`. */
  readonly text: Encode | undefined;
}

/** A light: its words for states and colours, and its bytes. */
export interface Lamp {
  readonly states: Readonly<Record<"off" | "on" | "slow" | "fast" | "double", string>>;
  readonly palette: readonly { readonly name: string; readonly rgb: readonly [number, number, number] }[];
  /** Gives the bytes for `state`, `red`, `green`, `blue` and `color`. */
  readonly encode: Encode;
}

/** Nothing when the message does not fit; else what it reports, which may be nothing. */
export type Rule = (payload: Payload) => readonly Report[] | undefined;

/** What the bridge says, and how fast. Times are in milliseconds. */
export interface Sending {
  readonly init: readonly Uint8Array[];
  readonly close: readonly Uint8Array[];
  readonly polls: readonly Poll[];
  readonly minGapMs: number;
  readonly charGapMs: number;
  readonly coalesce: "latest" | "all";
  readonly echo: "none" | "suppress";
  readonly ack: Ack | undefined;
}

/** A question that is asked again and again. */
export interface Poll {
  readonly everyMs: number;
  readonly question: Uint8Array;
  /** What an answer looks like; without it, whatever comes is a sign of life. */
  readonly expect: Match | undefined;
  readonly misses: number;
}

/** What the device says to everything that it took. */
export interface Ack {
  readonly expect: Match;
  readonly timeoutMs: number;
  readonly retries: number;
}
