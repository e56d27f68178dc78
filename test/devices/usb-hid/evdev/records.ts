import { renderInputEvents } from "../../../../devices/usb-hid/evdev/input-event.ts";

const START_MS = 1_730_256_187_000;

/** A key's record; value 1 is down, 0 up, 2 repeated. `atMs` counts from an arbitrary start. */
export function key(code: number, value: number, atMs = 0): Uint8Array {
  return record("key", [code, value], atMs);
}

export function turned(code: number, value: number): Uint8Array {
  return record("relative", [code, value]);
}

export function synchronized(atMs = 0): Uint8Array {
  return record("synchronize", [0, 0], atMs);
}

export function dropped(atMs = 0): Uint8Array {
  return record("synchronize", [3, 0], atMs);
}

/** What a kernel writes at a time. */
export function packet(...records: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([...records, synchronized()]);
}

/** The keys that are down, as an opened input file tells them first. */
export function stateReport(codes: readonly number[] = [], atMs = -60_000): Uint8Array {
  return Buffer.concat([dropped(atMs), ...codes.map((code) => key(code, 1, atMs)), synchronized(atMs)]);
}

/** Down and up of keys one after the other, as a card reader types; codes of the kernel. */
export function typed(codes: readonly number[], { fromMs = 0, betweenMs = 4 } = {}): readonly Uint8Array[] {
  return codes.flatMap((code, index) => {
    const atMs = fromMs + index * betweenMs;
    return [packet(key(code, 1, atMs)), packet(key(code, 0, atMs + 1))];
  });
}

const eventTypes = { synchronize: 0, key: 1, relative: 2 } as const;

function record(
  type: keyof typeof eventTypes,
  [code, value]: readonly [number, number],
  atMs = 0,
): Uint8Array {
  return renderInputEvents([{ type: eventTypes[type], code, value, atMs: START_MS + atMs }]);
}
