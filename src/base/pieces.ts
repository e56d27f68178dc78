/** Does a work that is made of pieces at once. */
export function finish<Value>(pieces: Generator<void, Value>): Value {
  for (;;) {
    const piece = pieces.next();
    if (piece.done === true) return piece.value;
  }
}
