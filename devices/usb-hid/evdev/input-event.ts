/** One event of the kernel's input layer; `type` and `code` as in its input-event-codes.h. */
export interface InputEvent {
  readonly type: number;
  readonly code: number;
  readonly value: number;
  /** Wall time by the kernel's clock; whoever writes an event need not know it. */
  readonly atMs: number;
}

/** Types of events (linux/input-event-codes.h). */
export const eventTypes = { synchronize: 0, key: 1, relative: 2, miscellaneous: 4, lamp: 17 } as const;
/** Codes of synchronizing events (the same file). */
export const synchronizeCodes = { report: 0, dropped: 3 } as const;

/** How long a record is: two machine words of time, then type, code and value. */
export type RecordBytes = 16 | 24;

/** 24 bytes where a machine word has 8 bytes, 16 where it has 4 (the kernel's Documentation/input/input.rst). */
export function recordBytesOf(architecture: string): RecordBytes {
  return ["arm", "ia32", "mips", "mipsel", "ppc", "s390"].includes(architecture) ? 16 : 24;
}

/** Cuts a stream of records, however it is split, into events. What is left over waits for the next bytes. */
export function createInputEventReader(
  recordBytes: RecordBytes,
): (bytes: Uint8Array) => readonly InputEvent[] {
  let rest = new Uint8Array();
  return (bytes) => {
    const all = Buffer.concat([rest, bytes]);
    const whole = all.length - (all.length % recordBytes);
    rest = Uint8Array.from(all.subarray(whole));
    return readInputEvents(all.subarray(0, whole), recordBytes);
  };
}

/** The events of whole records; bytes after the last whole one are left. */
export function readInputEvents(bytes: Uint8Array, recordBytes: RecordBytes = 24): readonly InputEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const events: InputEvent[] = [];
  for (let start = 0; start + recordBytes <= bytes.length; start += recordBytes) {
    const end = start + recordBytes;
    events.push({
      type: view.getUint16(end - 8, true),
      code: view.getUint16(end - 6, true),
      value: view.getInt32(end - 4, true),
      atMs: readTimeMs(view, start, recordBytes),
    });
  }
  return events;
}

/** The events as the kernel writes them, 24 bytes each or 16 on 32-bit systems. */
export function renderInputEvents(events: readonly InputEvent[], recordBytes: RecordBytes = 24): Uint8Array {
  const bytes = new Uint8Array(events.length * recordBytes);
  const view = new DataView(bytes.buffer);
  for (const [index, { type, code, value, atMs }] of events.entries()) {
    const start = index * recordBytes;
    const wordBytes = (recordBytes - 8) / 2;
    view.setUint32(start, Math.floor(atMs / 1000), true);
    view.setUint32(start + wordBytes, Math.round((atMs % 1000) * 1000), true);
    view.setUint16(start + recordBytes - 8, type, true);
    view.setUint16(start + recordBytes - 6, code, true);
    view.setInt32(start + recordBytes - 4, value, true);
  }
  return bytes;
}

/** Seconds until the year 2106, which 32 bits hold: the upper half of a longer word is left out. */
function readTimeMs(view: DataView, start: number, recordBytes: RecordBytes): number {
  const wordBytes = (recordBytes - 8) / 2;
  return view.getUint32(start, true) * 1000 + view.getUint32(start + wordBytes, true) / 1000;
}
