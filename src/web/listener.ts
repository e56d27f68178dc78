import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Clock } from "../base/clock.ts";
import { errorText } from "../base/error-text.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { listenAt } from "../driver/stream-socket.ts";
import { watchConnections } from "./connections.ts";
import { admit, admitByLink, knockOf, type Visitor } from "./entrance.ts";
import { PagePlaces } from "./page-places.ts";
import { type CheckedSettings, withoutBase } from "./settings.ts";
import type { TokenCheck } from "./token-check.ts";

interface ListenerParts {
  readonly settings: CheckedSettings;
  readonly clock: Clock;
  readonly checkToken: TokenCheck;
  readonly serve: RequestListener;
  /** A socket that was let in; `spoke` is called for whatever the page says. */
  welcome(socket: WebSocket, visitor: Visitor, arrival: SocketArrival): void;
}

/** What is known of a page's connection beside its visitor. */
export interface SocketArrival {
  /** IP address. */
  readonly remote: string;
  spoke(): void;
}

interface WebListener {
  readonly url: string;
  close(): Promise<void>;
}

const SOCKET_PATH = "/socket";
const MOST_MESSAGE_BYTES = 8192;
/** Nobody keeps a connection by asking slowly, or by asking nothing. */
const LIMITS = {
  headersTimeout: 5000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 1000,
  maxHeaderSize: 16_384,
};
const SHAKE_HANDS_WITHIN_MS = 5000;
const GIVE_WAY_WITHIN_MS = 1000;

/** One port for the page and its web sockets. Fails when it cannot be listened on. */
export async function listen(
  parts: ListenerParts,
): Promise<Result<WebListener, { readonly message: string }>> {
  const { settings } = parts;
  const opened = await openWebServer(parts);
  if (!opened.ok) return opened;
  const { server, url, release } = opened.value;
  // No compression: pictures are compressed already, and its memory would be ours for every socket.
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
    // One message of each page at a time, so that none waits for all that another has said.
    allowSynchronousEvents: false,
  });
  const pages = new PagePlaces(settings.mostViewers, parts.clock);
  server.on("upgrade", (request, stream, head) => {
    stream.on("error", () => stream.destroy());
    const visitor = judge(request, parts);
    if (typeof visitor === "string") return turnAway(stream, visitor);
    const remote = request.socket.remoteAddress ?? "";
    let end = (): void => {
      stream.destroy();
    };
    const place = pages.take({ address: remote, ...visitor }, () => end());
    if (place === undefined) return turnAway(stream, "503 Service Unavailable");
    stream.once("close", () => place.leave());
    release(request.socket);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      end = () => giveWay(socket, parts.clock);
      parts.welcome(socket, visitor, { remote, spoke: () => place.spoke() });
    });
  });
  return succeed({ url, close: () => shut(server, sockets) });
}

interface OpenServer {
  readonly server: Server;
  readonly url: string;
  /** A connection that is no longer counted. */
  release(socket: Socket): void;
}

/** Listens as the settings say; connections have their places, and are answered one request at a time. */
export async function openWebServer({
  settings,
  serve,
  clock,
}: Pick<ListenerParts, "settings" | "serve" | "clock">): Promise<
  Result<OpenServer, { readonly message: string }>
> {
  const connections = watchConnections(serve, clock);
  const server = createWebServer(settings, connections.serve);
  if (typeof server === "string") return fail({ message: server });
  server.on("connection", (socket: Socket) => connections.take(socket));
  try {
    await listenAt(server, { host: settings.host, port: settings.port }, "pages");
  } catch (error) {
    return fail({ message: explain(error as NodeJS.ErrnoException, settings) });
  }
  server.on("error", () => undefined);
  return succeed({ server, url: urlOf(server, settings), release: connections.release });
}

/** Or why there can be none: certificates and keys are people's files. */
function createWebServer({ tls }: CheckedSettings, serve: RequestListener): Server | string {
  let server: Server;
  try {
    server =
      tls === undefined
        ? createServer(LIMITS, serve)
        : createTlsServer({ ...LIMITS, ...securityOf(tls) }, serve);
  } catch (error) {
    const why = errorText(error);
    return `the console's certificate and its key cannot be used: ${why}`;
  }
  server.on("clientError", (_, stream) => stream.destroy());
  return server;
}

/** Says why; one that does not answer is cut. */
function giveWay(socket: WebSocket, clock: Clock): void {
  socket.close(1013, "another page needs the place");
  clock.after(GIVE_WAY_WITHIN_MS, () => socket.terminate());
}

function securityOf({ certificate, key }: NonNullable<CheckedSettings["tls"]>) {
  return {
    cert: certificate,
    key,
    minVersion: "TLSv1.2",
    handshakeTimeout: SHAKE_HANDS_WITHIN_MS,
  } as const;
}

/** The visitor, or the status line with which the socket is turned away. */
function judge(request: IncomingMessage, { settings, clock, checkToken }: ListenerParts): Visitor | string {
  const [path = "", query = ""] = (request.url ?? "").split("?", 2);
  if (withoutBase(path, settings) !== SOCKET_PATH) return "404 Not Found";
  const knock = knockOf(request, "changes");
  const key = new URLSearchParams(query).get("key");
  const admission =
    key === null
      ? admit(knock, settings, { checkToken, nowWallMs: clock.wallMs() })
      : admitByLink(knock, key, { settings, checkToken });
  if (admission.kind === "refused") return "403 Forbidden";
  if (admission.kind === "unauthenticated") return "401 Unauthorized";
  if (admission.kind === "locked-out") return "429 Too Many Requests";
  return admission.visitor;
}

function turnAway(stream: Duplex, status: string): void {
  // Half a connection would be kept for as long as the other side likes.
  stream.once("finish", () => stream.destroy());
  stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function explain(trouble: NodeJS.ErrnoException, { host, port }: CheckedSettings): string {
  const place = `${host}:${port}`;
  if (trouble.code === "EADDRINUSE")
    return `the console's port is taken: ${place}; choose another with --console host:port`;
  if (trouble.code === "EACCES")
    return `the console may not listen on ${place}: ports below 1024 need a right`;
  return `the console cannot listen on ${place}: ${trouble.message}`;
}

function urlOf(server: Server, { host, tls }: CheckedSettings): string {
  const { port } = server.address() as AddressInfo;
  return `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function shut(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.close(1001, "the bridge stops");
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
  });
}
