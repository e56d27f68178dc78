/** A request as it stands on a connection. */
export interface WireRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string;
  /** When the client wrote its first byte. */
  readonly sentMs: number;
}

/** Puts packets together to requests; a request is there when its last byte is. */
export class RequestReader {
  #bytes: Buffer = Buffer.alloc(0);
  #sentMs: number | undefined;

  take(bytes: Buffer, sentMs: number): readonly WireRequest[] {
    this.#sentMs ??= sentMs;
    this.#bytes = this.#bytes.length === 0 ? bytes : Buffer.concat([this.#bytes, bytes]);
    const found: WireRequest[] = [];
    for (let request = this.#next(); request !== undefined; request = this.#next()) {
      found.push(request);
      this.#sentMs = this.#bytes.length === 0 ? undefined : sentMs;
    }
    return found;
  }

  #next(): WireRequest | undefined {
    const headEnd = this.#bytes.indexOf(HEAD_END);
    if (headEnd < 0) return undefined;
    const head = this.#bytes.toString("latin1", 0, headEnd);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    const bodyAt = headEnd + HEAD_END.length;
    if (this.#bytes.length < bodyAt + length) return undefined;
    const [method = "", path = ""] = head.split(" ", 2);
    const body = this.#bytes.toString("utf8", bodyAt, bodyAt + length);
    this.#bytes = this.#bytes.subarray(bodyAt + length);
    return { method, path, body, sentMs: this.#sentMs ?? 0 };
  }
}

const HEAD_END = Buffer.from("\r\n\r\n");

/** The connection may be used for an hour again: undici counts that in real time. */
export function writeAnswer(status: number, text: string): Buffer {
  const length = Buffer.byteLength(text);
  const head = `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\nkeep-alive: timeout=3600\r\ncontent-length: ${length}`;
  return Buffer.from(`${head}\r\n\r\n${text}`);
}
