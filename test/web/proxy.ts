import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";

export interface Proxy {
  /** Such as `http://127.0.0.1:4711`. */
  readonly url: string;
  /** What browsers asked for in vain, and whatever they asked for outside of the path. */
  readonly missed: readonly string[];
}

/** Shows a console at `/bridge/` and nothing else; passes the whole path on, or takes its own part of it away. */
export async function startProxy(consoleUrl: string, how: "strips" | "passes"): Promise<Proxy> {
  const missed: string[] = [];
  const sockets = new Set<Socket>();
  const pathOf = ({ url = "" }: IncomingMessage) => (how === "strips" ? url.slice("/bridge".length) : url);
  const passOn = (asked: IncomingMessage) =>
    request(new URL(consoleUrl).origin + pathOf(asked), { method: asked.method, headers: asked.headers });
  const server = createServer((asked, answer) => {
    const isOurs =
      asked.url?.startsWith("/bridge/") === true || (how === "passes" && asked.url === "/bridge");
    if (!isOurs) {
      missed.push(`${asked.url}`);
      answer.writeHead(404).end();
      return;
    }
    const onward = passOn(asked);
    onward.on("response", (response) => {
      if (response.statusCode === 404) missed.push(`${asked.url}`);
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    onward.on("error", () => answer.destroy());
    asked.pipe(onward);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("upgrade", (asked, stream: Socket) => {
    stream.on("error", () => stream.destroy());
    const onward = passOn(asked);
    onward.on("error", () => stream.destroy());
    onward.on("response", () => stream.destroy());
    onward.on("upgrade", ({ headers }, behind, head) => {
      behind.on("error", () => stream.destroy());
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
      stream.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join("\r\n")}\r\n\r\n`);
      stream.write(head);
      behind.pipe(stream).pipe(behind);
    });
    onward.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, missed };
}
