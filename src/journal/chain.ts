import { createHash } from "node:crypto";

/** One row of the journal's chain; `hash` covers everything else in it and the hash of the row before. */
export interface Row {
  /** From 1, without gaps. */
  readonly sequence: number;
  /** The run of the bridge that wrote it: monotonic times compare within one. */
  readonly run: string;
  readonly atMs: number;
  readonly wallMs: number;
  readonly kind: string;
  readonly correlation: string | null;
  readonly device: string | null;
  readonly room: string | null;
  readonly author: string | null;
  /** JSON. */
  readonly body: string;
  /** SHA-256 as hex. */
  readonly hash: string;
}

/** The end of a chain: whoever keeps it outside can tell later whether anything up to it was changed. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}

/** What the first row of all follows. */
export const START: Head = { sequence: 0, hash: "0".repeat(64) };

/**
 * SHA-256 over the bytes of the hash before and the row as a JSON array, in this order of fields.
 * Changing anything here makes every older journal fail its verification.
 */
export function hashRow(previousHash: string, row: Omit<Row, "hash">): string {
  const { sequence, run, atMs, wallMs, kind, correlation, device, room, author, body } = row;
  return createHash("sha256")
    .update(Buffer.from(previousHash, "hex"))
    .update(JSON.stringify([sequence, run, atMs, wallMs, kind, correlation, device, room, author, body]))
    .digest("hex");
}

/** `18231:5f0c…`, as printed by `journal head`. */
export function spellHead({ sequence, hash }: Head): string {
  return `${sequence}:${hash}`;
}

/** Reads `sequence:hash`; nothing for any other text. */
export function parseHead(text: string): Head | undefined {
  const [, sequence, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text.trim()) ?? [];
  return sequence === undefined || hash === undefined ? undefined : { sequence: Number(sequence), hash };
}
