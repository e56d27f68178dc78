/** One item of a report descriptor (HID 1.11, 6.2.2). */
export interface Item {
  /** Tag and type as the prefix byte has them, its size bits zero: 0x80 is Input, 0x04 is Usage Page. */
  readonly tag: number;
  /** Its data as a number without a sign; 0 when it has none. */
  readonly unsigned: number;
  readonly signed: number;
  /** 0, 1, 2 or 4. */
  readonly bytes: number;
}

/** Linux takes no longer ones either (HID_MAX_DESCRIPTOR_SIZE). */
const LONGEST_DESCRIPTOR = 4096;
const LONG_ITEM = 0xfe;

/** The short items, up to the first that is cut off. Long items are skipped: none is defined. */
export function* readItems(descriptor: Uint8Array): Generator<Item> {
  const end = Math.min(descriptor.length, LONGEST_DESCRIPTOR);
  for (let at = 0; at < end; ) {
    const prefix = descriptor[at] ?? 0;
    if (prefix === LONG_ITEM) {
      at += 3 + (descriptor[at + 1] ?? 0);
      continue;
    }
    const bytes = [0, 1, 2, 4][prefix & 3] ?? 0;
    if (at + 1 + bytes > end) return;
    const data = descriptor.subarray(at + 1, at + 1 + bytes);
    const unsigned = data.reduceRight((sum, byte) => sum * 256 + byte, 0);
    const limit = 2 ** (bytes * 8 - 1);
    const signed = bytes > 0 && unsigned >= limit ? unsigned - 2 * limit : unsigned;
    yield { tag: prefix & 0xfc, unsigned, signed, bytes };
    at += 1 + bytes;
  }
}
