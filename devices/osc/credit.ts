/** What a peer may be answered that nobody vouches for: as many bytes as it sent, since its address may be forged. */
export interface Credit {
  heard(bytes: number): void;
  /** False, and nothing is spent, when that is more than is left. */
  spend(bytes: number): boolean;
}

/** Nobody saves up for a flood. */
const MOST_BYTES = 1500;

export function createCredit(): Credit {
  let left = 0;
  return {
    heard(bytes) {
      left = Math.min(left + bytes, MOST_BYTES);
    },
    spend(bytes) {
      const isEnough = bytes <= left;
      if (isEnough) left -= bytes;
      return isEnough;
    },
  };
}
