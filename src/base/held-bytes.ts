/** Bytes of a frame that has not ended; grows by doubling and never beyond its limit by more than one step. */
export interface HeldBytes {
  readonly length: number;
  append(byte: number): void;
  appendAll(bytes: Uint8Array): void;
  at(index: number): number | undefined;
  /** Forgets the oldest bytes. */
  drop(count: number): void;
  /** Forgets the newest byte, or all bytes of the character in UTF-8 whose last one it is. */
  erase(): void;
  /** A copy of the oldest bytes, of all when no count is given; nothing is forgotten. */
  copy(count?: number): Uint8Array;
  /** All that is held, valid until the next call. */
  peek(): Uint8Array;
  /** A copy of all that is held, which is then forgotten. */
  take(): Uint8Array;
  clear(): void;
}

const FIRST_ROOM_BYTES = 64;
const LONGEST_CHARACTER = 4;
const FIRST_OF_SEVERAL = 0xc0;

function isContinuation(byte = 0): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Holds nothing at first, in 64 bytes of room. */
export function createHeldBytes(): HeldBytes {
  let room = new Uint8Array(FIRST_ROOM_BYTES);
  let start = 0;
  let end = 0;

  function makeRoom(count: number): void {
    const held = room.subarray(start, end);
    // Half of the room is enough again once the front of it has been dropped.
    if (held.length * 2 > room.length || held.length + count > room.length)
      room = new Uint8Array(Math.max(room.length * 2, held.length + count));
    room.set(held, 0);
    end = held.length;
    start = 0;
  }

  function clear(): void {
    start = 0;
    end = 0;
    if (room.length > FIRST_ROOM_BYTES) room = new Uint8Array(FIRST_ROOM_BYTES);
  }

  return {
    get length() {
      return end - start;
    },
    append(byte) {
      if (end === room.length) makeRoom(1);
      room[end++] = byte;
    },
    appendAll(bytes) {
      if (end + bytes.length > room.length) makeRoom(bytes.length);
      room.set(bytes, end);
      end += bytes.length;
    },
    at: (index) => (index < end - start ? room[start + index] : undefined),
    drop(count) {
      start = Math.min(end, start + count);
    },
    erase() {
      let at = end - 1;
      while (at > start && end - at < LONGEST_CHARACTER && isContinuation(room[at])) at--;
      const isCharacter = (room[at] ?? 0) >= FIRST_OF_SEVERAL;
      end = Math.max(start, isCharacter ? at : end - 1);
    },
    copy: (count) => room.slice(start, count === undefined ? end : Math.min(end, start + count)),
    peek: () => room.subarray(start, end),
    take() {
      const taken = room.slice(start, end);
      clear();
      return taken;
    },
    clear,
  };
}
