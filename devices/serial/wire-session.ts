import { type DeviceHost, type DialectTransport, LINES, type Peer } from "../../src/driver/contract.ts";
import { createTextCoder } from "../../src/driver/text-encoding.ts";
import { showBytes, UnfinishedWatch } from "../../src/driver/unfinished.ts";
import { isSpoiled } from "./framing/cutter.ts";
import { readFraming } from "./framing/dialect-frame.ts";
import { createEchoFilter } from "./framing/echo.ts";
import type { FrameSpec } from "./framing/frame-spec.ts";
import { createFramer, type Framer, isText } from "./framing/framer.ts";
import type { Profile } from "./profile/profile.ts";
import { createProfileSession, type ProfileSession } from "./profile/session.ts";
import type { SerialSettings } from "./settings.ts";
import type { Wire } from "./wire/wire.ts";

/** What listens to one wire and talks on it: lines of a conversation, or a profile's device. */
export interface WireSession {
  readonly wire: Wire;
  /** Only where the settings name a profile. */
  readonly profile: ProfileSession | undefined;
  took(bytes: Uint8Array): void;
  /** What there is of a line that has not ended; nothing where that does not say how to go on. */
  unfinished(): Uint8Array | undefined;
  /** What is being received cannot be believed: it is forgotten up to its end. */
  damaged(): void;
  /** In the encoding of the line. */
  say(text: string): void;
  /** While a passcode is awaited it comes as a line, however the commands of the dialect end. */
  listenFor(what: Listening): void;
  close(): void;
}

/** What is cut next: a passcode is always a line. */
export type Listening = "passcode" | "commands";

interface WireSessionTools {
  readonly settings: SerialSettings;
  readonly profile: Profile | undefined;
  /** Bits a second, for timeouts that are counted in characters. */
  readonly baud: number;
  readonly dialect: DialectTransport | undefined;
  readonly host: DeviceHost;
}

/** Reads and writes in the settings' encoding and framing. */
export function createWireSession(wire: Wire, tools: WireSessionTools): WireSession {
  const { host, profile } = tools;
  const echo = tools.settings.echo === "suppress" ? createEchoFilter(host.clock) : undefined;
  const session = profile === undefined ? undefined : createSession(wire, profile, host);
  const coder = createTextCoder(tools.settings.encoding, () => host.dropped(NOT_WRITABLE, wire.peer));
  const ears: ReaderEars = {
    framed(payload) {
      if (echo?.isEcho(payload) === true) return;
      if (session !== undefined && isText(frameOf(tools)) && isSpoiled(payload)) ears.dropped(SPOILED);
      else if (session !== undefined) session.take(payload);
      else host.request({ text: coder.decode(payload), values: [] }, wire.peer, "click");
    },
    dropped: (reason) => host.dropped(reason, wire.peer),
  };
  let framer = createReader(tools, frameOf(tools), ears);
  let listensFor: Listening = "commands";
  const unfinished = new UnfinishedWatch({
    clock: host.clock,
    held: () => (session === undefined ? (framer.unfinished() ?? NOTHING) : NOTHING),
    tell: (bytes) => host.noticed?.(bytes && describeUnfinished(bytes, wire.peer, host)),
  });
  return {
    wire,
    profile: session,
    took(bytes) {
      host.traced("in", bytes, wire.peer.id);
      for (let rest = bytes; rest.length > 0; ) rest = framer.push(rest);
      unfinished.heard();
    },
    unfinished: () => (listensFor === "commands" ? framer.unfinished() : undefined),
    damaged: () => framer.discard("damaged"),
    say(text) {
      const bytes = coder.encode(text);
      echo?.sent(bytes);
      send(wire, bytes, host);
    },
    listenFor(what) {
      // The beginning of the next line may be here already.
      if (what === listensFor) return;
      listensFor = what;
      framer.close();
      // A command in the passcode's place is known by its ESC.
      framer =
        what === "passcode"
          ? createReader(tools, readFraming(LINES), { ...ears, escape: "kept" })
          : createReader(tools, frameOf(tools), ears);
    },
    close() {
      framer.close();
      unfinished.close();
    },
  };
}

const NOT_WRITABLE = "character that the encoding does not have";
const SPOILED = "control character within a message";

const NOTHING = new Uint8Array(0);

/** What an unauthenticated peer sends may be a passcode. */
function describeUnfinished(bytes: Uint8Array, peer: Peer, host: DeviceHost): string {
  const seen = host.knows?.(peer) === false ? `${bytes.length} bytes` : `"${showBytes(bytes)}"`;
  return `${peer.address} sent ${seen} and no end of the line (CR or LF)`;
}

interface ReaderEars {
  framed(payload: Uint8Array): void;
  dropped(reason: string): void;
  readonly escape?: "kept";
}

function frameOf({ settings, profile, dialect }: WireSessionTools): FrameSpec {
  return profile?.frame ?? settings.frame ?? readFraming(dialect?.framing ?? LINES);
}

function createReader({ baud, host }: WireSessionTools, frame: FrameSpec, ears: ReaderEars): Framer {
  // Start bit, eight data bits and a stop bit.
  return createFramer(frame, { ...ears, clock: host.clock, characterMs: 10_000 / baud });
}

function createSession(wire: Wire, profile: Profile, host: DeviceHost): ProfileSession {
  return createProfileSession(profile, {
    clock: host.clock,
    write: (bytes) => send(wire, bytes, host),
    emit: (event) => host.emit(event),
    dropped: (reason) => host.dropped(reason, wire.peer),
    lost: (reason) => host.lost(`${wire.peer.address}: ${reason}`),
  });
}

function send(wire: Wire, bytes: Uint8Array, host: DeviceHost): void {
  host.traced("out", bytes, wire.peer.id);
  wire.write(bytes);
}
