import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

/** A request as it arrived on the wire. */
export interface SeenRequest {
  readonly method: string;
  /** Without prefix, `/api/v3/` and query. */
  readonly path: string;
  readonly url: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly headers: IncomingMessage["headers"];
  readonly remotePort: number;
}

/** What to answer: a status with a body, or anything at all that can be done to a response. */
export type Reply =
  | readonly [status: number, body: unknown]
  | ((response: ServerResponse) => void)
  | undefined;

export type Script = (request: SeenRequest) => Reply | Promise<Reply>;

/** A real HTTP server on a random port that answers as told and remembers what it was asked. */
export interface ScriptedServer {
  readonly url: string;
  readonly port: number;
  readonly seen: SeenRequest[];
  /** The requests other than logins. */
  asked(): SeenRequest[];
  logins(): SeenRequest[];
  openSockets(): number;
  close(): Promise<void>;
}

export interface ScriptedServerSettings {
  readonly script: Script;
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly port?: number;
}

/** Answers logins with `token-1`, `token-2`, ... unless the script has an answer of its own for them. */
export async function startScriptedServer(settings: ScriptedServerSettings): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  let logins = 0;
  const listener: RequestListener = async (request, response) => {
    const arrived = await readRequest(request);
    seen.push(arrived);
    if (arrived.path === "login") logins += 1;
    const scripted = await settings.script(arrived);
    const usual: Reply =
      arrived.path === "login"
        ? [200, { data: { access_token: `token-${logins}` } }]
        : [404, { error: { code: 404 } }];
    sendReply(response, scripted ?? usual);
  };
  const server: Server = settings.tls ? createTlsServer(settings.tls, listener) : createServer(listener);
  server.keepAliveTimeout = 30_000;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(settings.port ?? 0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${settings.tls ? "https" : "http"}://127.0.0.1:${port}`,
    port,
    seen,
    asked: () => seen.filter((request) => request.path !== "login"),
    logins: () => seen.filter((request) => request.path === "login"),
    openSockets: () => sockets.size,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Texts go out as they are, everything else as JSON. */
function sendReply(response: ServerResponse, reply: Exclude<Reply, undefined>): void {
  if (typeof reply === "function") {
    reply(response);
    return;
  }
  const [status, body] = reply;
  response.statusCode = status;
  response.setHeader("content-type", typeof body === "string" ? "text/html" : "application/json");
  response.end(typeof body === "string" ? body : JSON.stringify(body));
}

async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const url = new URL(request.url ?? "/", "http://server");
  return {
    method: request.method ?? "",
    path: url.pathname.replace(/^.*\/api\/v3\//, ""),
    url: request.url ?? "",
    query: url.searchParams,
    body: text === "" ? undefined : JSON.parse(text),
    headers: request.headers,
    remotePort: request.socket.remotePort ?? 0,
  };
}
