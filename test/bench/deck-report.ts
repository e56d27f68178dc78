/** A whole-state report of the keys, as decks with the second protocol send it: command 0, one byte a key. */
export function keysReport(keys: number, down: readonly number[]): Uint8Array {
  const report = new Uint8Array(512);
  report[0] = 0x01;
  report[2] = keys;
  for (const key of down) report[4 + key] = 1;
  return report;
}

/** Milliseconds on a clock that all processes of this machine share. */
export function sharedMs(): number {
  return performance.timeOrigin + performance.now();
}
