/** Told in the order of the wire. */
interface MarkedEars {
  took(bytes: Uint8Array): void;
  damaged(): void;
  broke(): void;
}

const MARK = 0xff;

/**
 * Reads the stream of a tty whose PARMRK is set (termios(3)): FF 00 x is a byte that arrived damaged, FF 00 00 a break
 * (or a damaged zero, which is the same to a reader), FF FF one byte FF. Any chunking gives the same.
 */
export function createMarkReader(ears: MarkedEars): (chunk: Uint8Array) => void {
  let state: "plain" | "marked" | "damaged" = "plain";
  let clean: number[] = [];

  function flush(): void {
    if (clean.length > 0) ears.took(Uint8Array.from(clean));
    clean = [];
  }

  function takePlain(byte: number): void {
    if (byte === MARK) state = "marked";
    else clean.push(byte);
  }

  function takeMarked(byte: number): void {
    state = byte === 0 ? "damaged" : "plain";
    if (byte === MARK) clean.push(MARK);
    // No system sends this; both bytes are passed on rather than lost.
    else if (byte !== 0) clean.push(MARK, byte);
  }

  function takeDamaged(byte: number): void {
    state = "plain";
    flush();
    if (byte === 0) ears.broke();
    else ears.damaged();
  }

  const steps = { plain: takePlain, marked: takeMarked, damaged: takeDamaged } as const;
  return (chunk) => {
    // Nearly always: nothing in it is marked.
    if (state === "plain" && !chunk.includes(MARK)) return ears.took(chunk);
    for (const byte of chunk) steps[state](byte);
    flush();
  };
}
