import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Chance } from "../campaign/chance.ts";

/** Stands before a server and blurts out what it was told: the worst that an error text can be. */
export interface HostileServer {
  readonly port: number;
  /** Every token that passed. */
  readonly tokens: ReadonlySet<string>;
  /** A new process begins, to which tokens of others mean nothing: they are not blurted out any more. */
  forget(): void;
  /** From 0, where everything is passed on, to 1, where every answer is a hostile one. */
  hostility: number;
  close(): void;
}

/** `loot` are texts that its answers are to contain. */
export async function startHostileServer(
  upstream: string,
  loot: readonly string[],
  chance: Chance,
): Promise<HostileServer> {
  const tokens = new Set<string>();
  const current = new Set<string>();
  const state = { hostility: 0 };
  const server: Server = createServer((request, response) => {
    void readAll(request).then((body) => answer(request, response, body));
  });

  async function answer(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const token = /access_token=([^&]+)/.exec(request.url ?? "")?.[1];
    if (token !== undefined) for (const set of [tokens, current]) set.add(token);
    const isLogin = request.url?.endsWith("/login") === true;
    if (chance.happens(isLogin ? state.hostility / 4 : state.hostility)) {
      blurt(response, [...loot, ...current, body]);
      return;
    }
    try {
      const init = request.method === "POST" ? { method: "POST", body } : {};
      const passed = await fetch(`${upstream}${request.url}`, init);
      response.writeHead(passed.status, { "content-type": "application/json" }).end(await passed.text());
    } catch {
      response.destroy();
    }
  }

  function blurt(response: ServerResponse, known: readonly string[]): void {
    const secret = chance.pick(known);
    const encoded = chance.pick([
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString("base64"),
      Buffer.from(`panel-bridge:${secret}`).toString("base64"),
    ]);
    const message = `refused: ${encoded}`;
    const [status, text] = chance.pick<readonly [number, string]>([
      [401, JSON.stringify({ error: { code: 401, message } })],
      [400, JSON.stringify({ error: { code: 400, message } })],
      [403, JSON.stringify({ message })],
      [500, JSON.stringify({ error: message })],
      [200, JSON.stringify({ error: message, code: 409 })],
      [200, JSON.stringify({ data: { status: message } })],
      [200, `{"data": "${encoded}`],
      [502, `<html><body>${message}</body></html>`],
      [302, ""],
    ]);
    const headers = status === 302 ? { location: `http://elsewhere/?access_token=${encoded}` } : {};
    response.writeHead(status, headers).end(text);
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(state, {
    port: (server.address() as AddressInfo).port,
    tokens,
    forget: () => current.clear(),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
