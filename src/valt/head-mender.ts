/** A longer head than this goes on as it is: the parser says that it is too long. */
const MOST_HELD_BYTES = 262_144;
const NOTHING: Buffer = Buffer.alloc(0);

/**
 * Mends the heads of answers before a strict parser reads them: interim answers that nobody asked for (RFC 9110, 15.2: a client
 * must be able to skip them), line feeds alone and control characters, and lengths that are doubled, contradict each other, stand
 * beside `chunked` or are shorter than what came with them. Knows where an answer begins because a connection carries one request at a time.
 */
export class HeadMender {
  #isInHead = false;
  #held: Buffer = NOTHING;

  /** A request goes out: what comes next is the head of its answer. */
  expectHead(): void {
    this.#isInHead = true;
    this.#held = NOTHING;
  }

  /** What the parser is to read of it; nothing while the head is not complete. */
  take(chunk: Buffer): Buffer | null {
    if (!this.#isInHead) return chunk;
    let bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    for (;;) {
      const end = endOfHead(bytes);
      if (end === undefined) return isLikeHttp(bytes) ? this.#hold(bytes) : this.#letGo(bytes);
      const head = bytes.toString("latin1", 0, end);
      if (!INTERIM.test(head)) return this.#letGo(mend(bytes, head, end));
      bytes = bytes.subarray(end);
    }
  }

  #hold(bytes: Buffer): Buffer | null {
    if (bytes.length > MOST_HELD_BYTES) return this.#letGo(bytes);
    this.#held = bytes;
    return null;
  }

  #letGo(bytes: Buffer): Buffer {
    this.#isInHead = false;
    this.#held = NOTHING;
    return bytes;
  }
}

function isLikeHttp(bytes: Buffer): boolean {
  return "HTTP/".startsWith(bytes.toString("latin1", 0, 5));
}

/** Not 101, which changes the protocol. */
const INTERIM = /^HTTP\/1\.[01] 1(?:0[02-9]|[1-9]\d)\b/;

/** Behind the empty line; some servers end lines with a line feed alone. */
function endOfHead(bytes: Buffer): number | undefined {
  const usual = bytes.indexOf("\r\n\r\n");
  if (usual >= 0) return usual + 4;
  const bare = bytes.indexOf("\n\n");
  return bare < 0 ? undefined : bare + 2;
}

/** What llhttp refuses: a line feed alone, and control characters in values. */
const ODD_CHARACTER = /(?<!\r)\n|(?![\t\r\n\x80-\x9f])\p{Cc}/u;
const CONTROL = /(?![\t\x80-\x9f])\p{Cc}/gu;

const LENGTH = /^content-length[ \t]*:(.*)/i;
const LENGTH_ANYWHERE = /content-length/i;
const CHUNKED = /^transfer-encoding[ \t]*:.*chunked/im;

function mend(bytes: Buffer, head: string, end: number): Buffer {
  const hasUsualLines = !ODD_CHARACTER.test(head);
  if (hasUsualLines && !LENGTH_ANYWHERE.test(head)) return bytes;
  const lines = head
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.replaceAll(CONTROL, " "));
  const stated = lines.flatMap(
    (line) =>
      LENGTH.exec(line)?.[1]
        ?.split(",")
        .map((one) => one.trim()) ?? [],
  );
  const isChunked = CHUNKED.test(head);
  const length = isChunked ? undefined : trueLength(stated, bytes.subarray(end));
  const isSound = isChunked
    ? stated.length === 0
    : stated.length < 2 && String(length ?? "") === (stated[0] ?? "");
  if (isSound && hasUsualLines) return bytes;
  const kept = lines.filter((line) => !LENGTH.test(line));
  if (length !== undefined) kept.push(`Content-Length: ${length}`);
  if (!isSound) kept.push("Connection: close");
  return Buffer.concat([Buffer.from(`${kept.join("\r\n")}\r\n\r\n`, "latin1"), bytes.subarray(end)]);
}

/** Nothing: it goes on until the connection ends. More bytes than stated belong to it, unless they are another answer. */
function trueLength(stated: readonly string[], body: Buffer): number | undefined {
  const [first = ""] = stated;
  if (!/^\d{1,9}$/.test(first) || stated.some((one) => Number(one) !== Number(first))) return undefined;
  const isExceeded =
    body.length > Number(first) && body.toString("latin1", Number(first), Number(first) + 5) !== "HTTP/";
  return isExceeded ? body.length : Number(first);
}
