/** What the main thread and its guardian share: whole numbers, read and written by `Atomics`. */
type Pulse = Int32Array<SharedArrayBuffer>;

/** Where in it. */
export const slots = { beats: 0, isOver: 1, isDebugged: 2 } as const;

/** How often the main thread gives a sign of life. */
export const BEAT_MS = 250;

/** What the guardian is given. */
export interface Charge {
  readonly pulse: Pulse;
  /** A program that darkens what it can once this process is gone, and its words. */
  readonly darken: readonly [program: string, ...words: string[]];
}

/** Memory that both threads share, with every beat at 0. */
export function createPulse(): Pulse {
  return new Int32Array(new SharedArrayBuffer(Object.keys(slots).length * Int32Array.BYTES_PER_ELEMENT));
}
