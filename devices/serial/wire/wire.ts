import type { DeviceHost, OpenFailure, Peer, Result } from "../../../src/driver/contract.ts";
import type { PortParameters } from "../settings.ts";

/** The seam below everything else: a stream of bytes to one machine, whatever carries it. */
export interface Wire {
  readonly peer: Peer;
  /** Of the machine at the other end, where that has an address. */
  readonly remoteAddress?: string | undefined;
  /** What a process before left of the conversation. */
  readonly standing?: string | undefined;
  /** The other side has to begin anew. */
  cut?(): void;
  /** Queued, and never waited for: a wire that does not take what it is sent is cut. */
  write(bytes: Uint8Array): void;
  /** Only where there are modem lines to drive; rejects when the line is gone. */
  drive?(outputs: OutputLines): Promise<void>;
}

/** Which inputs are on; those that the port does not tell are undefined. */
export interface InputLines {
  readonly cts: boolean | undefined;
  readonly dsr: boolean | undefined;
  readonly dcd: boolean | undefined;
  readonly ri: boolean | undefined;
}

/** Which outputs are on. */
export interface OutputLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** What a wire tells. */
export interface WireEars {
  took(bytes: Uint8Array): void;
  /** A parity or framing error, or an overrun: what is being received cannot be believed. */
  damaged(reason: string): void;
  /** The receiving wire was held off for longer than a character. */
  broke(): void;
  /** The inputs as they are now; first when the wire begins. */
  sensed(inputs: InputLines): void;
  /** What there is of a line that has not ended; nothing where that does not say how to go on. */
  unfinished?(): Uint8Array | undefined;
  /** Once: it has ended. */
  gone(why: string): void;
}

/** One opened way to a line, or a listener for several. */
export interface OpenTransport {
  /** For people: a path or a URL, with the port that was chosen. */
  readonly name: string;
  /** Bytes and lines are told from now on. */
  begin(): void;
  /** Lets what was written leave for a moment, then lets go. May be called twice. */
  close(): Promise<void>;
}

/** What a transport is given. */
export interface TransportRequest {
  readonly parameters: PortParameters;
  /** Which modem lines matter; empty where nobody asks for them. */
  readonly wanted: ReadonlySet<"cts" | "dsr" | "dcd" | "ri" | "break" | "dtr" | "rts">;
  readonly host: DeviceHost;
  readonly signal: AbortSignal;
  /** Called for each wire, before anything is told about it. */
  meet(wire: Wire): WireEars;
  /** What a peer is told that comes when there are too many already; nothing when empty. */
  readonly saidWhenFull: string;
}

/** An open transport, or why there is none. */
export type TransportResult = Result<OpenTransport, OpenFailure>;

/** What may wait to be sent on one wire: more than a minute of 9600 baud. */
export const MOST_UNSENT_BYTES = 65_536;
