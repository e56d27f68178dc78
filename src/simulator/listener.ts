import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { oneAtATime } from "../base/one-at-a-time.ts";
import type { Result } from "../base/result.ts";
import { fail, succeed } from "../base/result.ts";

interface ListenerSettings {
  readonly host: string;
  /** 0: any free port, kept for every later `open`. */
  readonly port: number;
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void;
}

/** A listening socket that can be shut and opened again on the same port. */
export interface Listener {
  /** Without a slash at its end; meaningful after the first `open`. */
  url(): string;
  isOpen(): boolean;
  open(): Promise<Result<void, { readonly message: string }>>;
  /** Refuses new connections at once and cuts those that are there. */
  shut(): Promise<void>;
}

/** As long as nginx keeps idle connections by default. */
const KEEP_ALIVE_MS = 75_000;

/** Does not listen before `open`. */
export function createListener(settings: ListenerSettings): Listener {
  let port = settings.port;
  let server: Server | undefined;

  return {
    url: () => `${settings.tls === undefined ? "http" : "https"}://${reachable(settings.host)}:${port}`,
    isOpen: () => server !== undefined,
    async open() {
      if (server !== undefined) return succeed(undefined);
      const opened = createFor(settings);
      const problem = await listen(opened, settings.host, port);
      if (problem !== undefined) return fail({ message: problem });
      const address = opened.address();
      if (typeof address === "object" && address !== null) port = address.port;
      server = opened;
      return succeed(undefined);
    },
    async shut() {
      const closing = server;
      server = undefined;
      if (closing === undefined) return;
      const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
      closing.closeAllConnections();
      await closed;
    },
  };
}

function createFor({ tls, serve }: ListenerSettings): Server {
  const answer = oneAtATime(serve);
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  return server;
}

/** Undefined when it listens, otherwise why not. */
function listen(server: Server, host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once("error", (problem) => resolve(problem.message));
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve(undefined);
    });
  });
}

/** An address that can be called: those that mean "everywhere" become loopback. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
