/**
 * The two ways in which docks speak on TCP (node-elgato-stream-deck, tcp/socketWrapper): `legacy` packets have a
 * fixed length, `cora` packets a header. The first bytes of the dock tell which.
 */
type DockDialect = "legacy" | "cora";

/** What came from the dock; `payload` is a report with its report id. */
export interface DockPacket {
  readonly payload: Buffer;
  readonly operation: number;
  readonly messageId: number;
}

/** What is sent to the dock. */
export interface DockMessage {
  readonly payload: Uint8Array;
  readonly kind: "write" | "feature" | "ask" | "alive";
  /** `box` is the dock or Studio itself; `deck` is a report for a deck, passed on as it is. */
  readonly to: "box" | "deck";
  readonly operation?: number;
  readonly messageId?: number;
}

interface DockFramer {
  /** Whole packets, oldest first; keeps the rest. Bytes of no dialect, or of absurd length, are `malformed`. */
  push(bytes: Buffer): readonly DockPacket[] | "malformed";
  dialect(): DockDialect | undefined;
}

const MAGIC = Buffer.from([0x43, 0x93, 0x8a, 0x41]);
const LEGACY_START = Buffer.from([0x01, 0x0a]);
const LEGACY_IN_BYTES = 512;
const LEGACY_OUT_BYTES = 1024;
const HEADER_BYTES = 16;
// Reports have at most 8191 bytes.
const MOST_PAYLOAD_BYTES = 16_384;

/** Cuts what a dock sends into packets, in the dialect that the first of them shows. */
export function createDockFramer(): DockFramer {
  let rest: Buffer = Buffer.alloc(0);
  let dialect: DockDialect | undefined;

  function take(): DockPacket | "malformed" | undefined {
    if (dialect === undefined) {
      const told = tellDialect(rest);
      if (told === "malformed" || told === undefined) return told;
      dialect = told;
    }
    const packet = dialect === "legacy" ? takeLegacy(rest) : takeCora(rest);
    if (packet === undefined || packet === "malformed") return packet;
    rest = rest.subarray(packet.bytes);
    return packet;
  }

  return {
    dialect: () => dialect,
    push(bytes) {
      rest = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const packets: DockPacket[] = [];
      for (let packet = take(); packet !== undefined; packet = take()) {
        if (packet === "malformed") return packet;
        packets.push(packet);
      }
      return packets;
    },
  };
}

function tellDialect(bytes: Buffer): DockDialect | "malformed" | undefined {
  if (startsLike(bytes, MAGIC)) return bytes.length >= MAGIC.length ? "cora" : undefined;
  if (startsLike(bytes, LEGACY_START)) return bytes.length >= LEGACY_START.length ? "legacy" : undefined;
  return "malformed";
}

function startsLike(bytes: Buffer, start: Buffer): boolean {
  const length = Math.min(bytes.length, start.length);
  return bytes.subarray(0, length).equals(start.subarray(0, length));
}

type Taken = (DockPacket & { readonly bytes: number }) | "malformed" | undefined;

function takeLegacy(bytes: Buffer): Taken {
  if (bytes.length < LEGACY_IN_BYTES) return undefined;
  const payload = bytes.subarray(0, LEGACY_IN_BYTES);
  return { payload, operation: 0, messageId: 0, bytes: LEGACY_IN_BYTES };
}

/** Magic, flags at 4, operation at 6, message id at 8, length at 12; numbers little end first. */
function takeCora(bytes: Buffer): Taken {
  if (!startsLike(bytes, MAGIC)) return "malformed";
  if (bytes.length < HEADER_BYTES) return undefined;
  const length = bytes.readUInt32LE(12);
  if (length > MOST_PAYLOAD_BYTES) return "malformed";
  if (bytes.length < HEADER_BYTES + length) return undefined;
  return {
    payload: bytes.subarray(HEADER_BYTES, HEADER_BYTES + length),
    operation: bytes.readUInt8(6),
    messageId: bytes.readUInt32LE(8),
    bytes: HEADER_BYTES + length,
  };
}

const OPERATIONS = { write: 0, feature: 1, ask: 2, alive: 0 } as const;
const PASS_ON = 0x8000;
const ACKNOWLEDGE = 0x0200;

/** The bytes of a message as this dock understands it. */
export function encodeDockMessage(dialect: DockDialect, message: DockMessage): Buffer {
  if (dialect === "legacy") return padTo(message.payload, LEGACY_OUT_BYTES);
  const { kind, to, operation = OPERATIONS[kind], messageId = 0 } = message;
  const payload = kind === "alive" ? padTo(message.payload, 32) : Buffer.from(message.payload);
  const header = Buffer.alloc(HEADER_BYTES);
  MAGIC.copy(header);
  header.writeUInt16LE(flagsOf(kind, to), 4);
  header.writeUInt8(operation, 6);
  header.writeUInt32LE(messageId, 8);
  header.writeUInt32LE(payload.length, 12);
  return Buffer.concat([header, payload]);
}

/** Reports are always passed on, also by a Studio to itself; only questions tell box and deck apart. */
function flagsOf(kind: DockMessage["kind"], to: DockMessage["to"]): number {
  if (kind === "alive") return ACKNOWLEDGE;
  return kind === "ask" && to === "box" ? 0 : PASS_ON;
}

function padTo(payload: Uint8Array, length: number): Buffer {
  const padded = Buffer.alloc(Math.max(length, payload.length));
  padded.set(payload);
  return padded;
}
