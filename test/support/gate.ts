import { connect, createServer, type Server, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** An address that leads to a server, and that fails as a machine or its network does. */
export interface Gate {
  readonly url: string;
  /** Nobody listens, and what stood is reset. */
  shut(): Promise<void>;
  open(): Promise<void>;
  /** Accepts, takes what comes, and passes nothing on. */
  freeze(): void;
  /** What was taken meanwhile is lost, as with a machine that was restarted. */
  thaw(): void;
  /** Requests for data or actions that came in since it was made. */
  asked(): number;
}

/** Closed with the test. */
export async function startGate(toUrl: string): Promise<Gate> {
  const to = Number(new URL(toUrl).port);
  const sockets = new Set<Socket>();
  let isFrozen = false;
  let asked = 0;
  let server: Server | undefined;

  function enter(near: Socket): void {
    sockets.add(near);
    near.on("error", () => undefined);
    const far = connect(to, "127.0.0.1");
    far.on("error", () => near.destroy());
    near.on("data", (bytes) => {
      if (/^(?:GET|POST) /.test(bytes.toString("latin1", 0, 5))) asked++;
      if (!isFrozen) far.write(bytes);
    });
    far.on("data", (bytes) => isFrozen || near.write(bytes));
    far.once("close", () => near.destroy());
    near.once("close", () => {
      sockets.delete(near);
      far.destroy();
    });
  }

  async function listen(port: number): Promise<number> {
    const listening = createServer(enter);
    server = listening;
    await new Promise<void>((resolve) => listening.listen(port, "127.0.0.1", resolve));
    const address = listening.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  async function shut(): Promise<void> {
    const closing = server;
    server = undefined;
    for (const socket of sockets) socket.resetAndDestroy();
    await new Promise<void>((resolve) =>
      closing === undefined ? resolve() : closing.close(() => resolve()),
    );
  }

  const port = await listen(0);
  onTestFinished(shut);
  return {
    url: `http://127.0.0.1:${port}`,
    shut,
    open: async () => {
      if (server === undefined) await listen(port);
    },
    freeze: () => {
      isFrozen = true;
    },
    thaw: () => {
      isFrozen = false;
      for (const socket of sockets) socket.destroy();
    },
    asked: () => asked,
  };
}
