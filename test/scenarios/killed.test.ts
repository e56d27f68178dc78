import { connect, createServer, type Socket } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { rest, until } from "../support/rig.ts";
import { createSite } from "../trust/product.ts";

/** So long after the first connection the kernel is told of all. */
const SET_AFTER_MS = 1000;

/** macOS has the same call, and nobody has tried it there. */
test.runIf(process.platform === "linux").each<[what: string, before: readonly string[]]>([
  ["the only address", []],
  ["a later address", ["http://127.0.0.1:1"]],
])(
  "the kernel resets every connection of a bridge that is killed: to %s",
  async (_, before) => {
    const created = await createSimulator({ rooms: 4, controlPort: "none" });
    if (!created.ok) throw new Error(created.failure.message);
    onTestFinished(() => created.value.close());
    const relay = await startRelay(Number(new URL(created.value.url).port));
    const site = createSite({
      mapping: {
        server: { url: [...before, `http://127.0.0.1:${relay.port}`], username: "panel-bridge" },
        rooms: { one: 1, two: 2, three: 3, four: 4 },
        devices: {},
      },
    });
    onTestFinished(() => site.remove());
    const product = site.start("--no-console");
    onTestFinished(() => product.kill());
    await until("the rooms", () => created.value.requests.count("GET rooms/{r}/status") >= 4, 10_000);
    await rest(SET_AFTER_MS + 500);
    const open = relay.open();
    expect(open).toBeGreaterThan(0);
    const ended = relay.ends.length;
    await product.kill();
    await until("the ends", () => relay.ends.length === ended + open);
    expect(new Set(relay.ends.slice(ended))).toEqual(new Set(["ECONNRESET"]));
  },
  30_000,
);

/** Notes how the clients' kernels end their connections. */
async function startRelay(port: number) {
  const ends: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect(port, "127.0.0.1");
    sockets.add(near);
    near.on("data", (bytes) => far.write(bytes));
    far.on("data", (bytes) => near.write(bytes));
    near.once("end", () => {
      ends.push("end");
      near.destroy();
    });
    near.on("error", (error: NodeJS.ErrnoException) => ends.push(error.code ?? error.message));
    far.on("error", () => near.destroy());
    near.once("close", () => {
      sockets.delete(near);
      far.destroy();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    open: () => sockets.size,
    ends,
  };
}
