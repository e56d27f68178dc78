import type { RecordingLine } from "./recording-file.ts";

/** Overwrites secrets byte for byte, also where they come in pieces, as from somebody who types at a terminal. */
interface SecretFilter {
  /** The lines that are safe to write now; a line waits as long as its end may be the beginning of a secret. */
  push(line: RecordingLine): readonly RecordingLine[];
  /** All that still wait. */
  end(): readonly RecordingLine[];
}

interface Held {
  readonly line: RecordingLine;
  /** Absent for lines without bytes. */
  readonly bytes: Buffer | undefined;
  readonly stream: string;
}

/** Nobody's typing is held back for longer: a terminal that stops in the middle of a passcode. */
const MOST_HELD = 1000;

/** Overwrites the secrets in what is recorded, also where a device sends one in several pieces. */
export function createSecretFilter(secrets: readonly string[]): SecretFilter {
  const wanted = secrets.filter((secret) => secret !== "").map((secret) => Buffer.from(secret));
  const longest = Math.max(0, ...wanted.map(({ length }) => length));
  let held: Held[] = [];

  function push(line: RecordingLine): readonly RecordingLine[] {
    const one = hold(line);
    held.push(one);
    if (one.bytes !== undefined) overwrite(held.filter(({ stream }) => stream === one.stream));
    const safe = held.length > MOST_HELD ? 1 : held.findIndex((each) => mayContinue(each));
    return release(safe === -1 ? held.length : safe);
  }

  /** Whether a secret may have begun in these bytes and go on in bytes to come. */
  function mayContinue(one: Held): boolean {
    if (one.bytes === undefined) return false;
    const pieces = held.slice(held.indexOf(one)).filter(({ stream }) => stream === one.stream);
    const joined = Buffer.concat(pieces.map(({ bytes }) => bytes as Buffer));
    const from = Math.max(0, joined.length - longest + 1);
    for (let start = from; start < one.bytes.length; start++)
      if (wanted.some((secret) => secret.subarray(0, joined.length - start).equals(joined.subarray(start))))
        return true;
    return false;
  }

  function overwrite(pieces: readonly Held[]): void {
    const joined = Buffer.concat(pieces.map(({ bytes }) => bytes as Buffer));
    for (const secret of wanted)
      for (let at = joined.indexOf(secret); at >= 0; at = joined.indexOf(secret, at + secret.length))
        joined.fill("*", at, at + secret.length);
    let at = 0;
    for (const { bytes } of pieces) at += joined.copy(bytes as Buffer, 0, at, at + (bytes as Buffer).length);
  }

  function release(count: number): readonly RecordingLine[] {
    const released = held.slice(0, count);
    held = held.slice(count);
    return released.map(write);
  }

  return { push, end: () => release(held.length) };
}

function hold(line: RecordingLine): Held {
  if ("in" in line) return { line, bytes: Buffer.from(line.in, "hex"), stream: `in ${line.channel}` };
  if ("out" in line && "channel" in line)
    return { line, bytes: Buffer.from(line.out, "hex"), stream: `out ${line.channel}` };
  return { line, bytes: undefined, stream: "" };
}

function write({ line, bytes }: Held): RecordingLine {
  if (bytes === undefined) return line;
  return "in" in line
    ? { ...line, in: bytes.toString("hex") }
    : ({ ...line, out: bytes.toString("hex") } as RecordingLine);
}
