/** Repeatable chance: the same seed gives the same ids, tokens and faults. */
export interface Chance {
  /** 0 (included) to 1 (excluded). */
  fraction(): number;
  /** Lower-case hexadecimal text. */
  hex(digits: number): string;
  /** Shaped like a random UUID (version 4). */
  uuid(): string;
}

/** The same seed gives the same numbers (xorshift32). */
export function createChance(seed: number): Chance {
  let state = (Math.imul(seed | 0, 0x9e3779b1) ^ 0x5bd1e995) | 0 || 1;

  function step(): number {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  }

  function hex(digits: number): string {
    let text = "";
    while (text.length < digits) text += step().toString(16).padStart(8, "0");
    return text.slice(0, digits);
  }

  for (let round = 0; round < 8; round++) step();
  return {
    fraction: () => step() / 0x1_0000_0000,
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  };
}
