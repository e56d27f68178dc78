import type { Socket } from "node:net";
import { startBareServer } from "./bare-server.ts";

/** A request as its bytes said it. */
export interface RawRequest {
  readonly method: string;
  /** Without prefix, `/api/v3/` and query. */
  readonly path: string;
  /** Everything before the body, as it arrived. */
  readonly head: string;
}

/** The exact bytes of an answer, or anything else that can be done to a connection. Nothing: as VALT would. */
export type RawAnswer = (request: RawRequest) => string | Buffer | ((socket: Socket) => void) | undefined;

export interface RawServer {
  readonly port: number;
  readonly url: string;
  readonly seen: readonly RawRequest[];
}

/** Speaks HTTP byte by byte: what the answers look like is the test's affair alone. */
export async function startRawServer(answer: RawAnswer): Promise<RawServer> {
  const seen: RawRequest[] = [];
  const port = await startBareServer((socket) => serve(socket, seen, answer));
  return { port, url: `http://127.0.0.1:${port}`, seen };
}

function serve(socket: Socket, seen: RawRequest[], answer: RawAnswer): void {
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
    for (;;) {
      const headEnd = received.indexOf("\r\n\r\n");
      if (headEnd < 0) return;
      const head = received.slice(0, headEnd);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (received.length < headEnd + 4 + length) return;
      received = received.slice(headEnd + 4 + length);
      const request = readHead(head);
      seen.push(request);
      const bytes = answer(request) ?? usual(request);
      if (typeof bytes === "function") bytes(socket);
      else socket.write(bytes);
    }
  });
}

function readHead(head: string): RawRequest {
  const [method = "", target = ""] = head.split(" ", 2);
  return { method, path: target.replace(/^.*\/api\/v3\//, "").replace(/\?.*$/, ""), head };
}

const USUAL: Readonly<Record<string, unknown>> = {
  login: { data: { access_token: "0123456789abcdef0123456789abcdef" } },
  "rooms/4/status": { data: { status: "available", record: false } },
  "rooms/4/record/start": { data: { message: "The recording is started", id: 616, start: true } },
};

function usual({ path }: RawRequest): Buffer {
  const body = USUAL[path];
  return body === undefined ? http({ error: { code: 404 } }, { status: "404 Not Found" }) : http(body);
}

export interface RawParts {
  readonly status?: string;
  readonly headers?: readonly string[];
}

/** An answer with a body and its true length. A text goes out as it is, everything else as JSON. */
export function http(body: unknown, { status = "200 OK", headers = [] }: RawParts = {}): Buffer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const bytes = Buffer.from(text);
  return bytesOf(status, [...headers, `Content-Length: ${bytes.length}`], bytes);
}

/** An answer with these headers and no others. */
export function bytesOf(status: string, headers: readonly string[], body: string | Buffer): Buffer {
  const head = [`HTTP/1.1 ${status}`, ...headers, "", ""].join("\r\n");
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}
