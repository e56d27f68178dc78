import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { scratch, valtBridge } from "../cli/valt-bridge.ts";
import { mappingText, until } from "../support/rig.ts";
import { asked } from "../trust/product.ts";
import { startAttacked } from "./support.ts";

/** Somebody on the network who sees every byte that is sent to the server's port. */
async function listen(host: string): Promise<{ readonly port: number; heard(): string }> {
  let heard = "";
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (bytes: Buffer) => {
      heard += bytes.toString("latin1");
      socket.destroy();
    });
  });
  server.listen(0, host);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  return { port: typeof address === "object" ? (address?.port ?? 0) : 0, heard: () => heard };
}

/** An address of this machine that is not loopback. The bridge takes it for another machine. */
const FAR = Object.values(networkInterfaces())
  .flat()
  .find((one) => one?.family === "IPv4" && !one.internal)?.address;

function withServer(server: Readonly<Record<string, unknown>>): string {
  return mappingText("x", {}).replace(/"server":\s*\{[^}]*\}/, `"server": ${JSON.stringify(server)}`);
}

test("an address without a scheme is asked with TLS: nobody on the way reads the password", async () => {
  const wire = await listen("127.0.0.1");
  const { write } = scratch();
  const file = write(
    "mapping.jsonc",
    withServer({ url: `127.0.0.1:${wire.port}`, username: "panel-bridge", tls: "insecure" }),
  );
  const { code, err } = await valtBridge(["rooms", file]).ended;
  await until("something on the wire", () => wire.heard().length > 0);
  expect(wire.heard()).not.toContain("simulator");
  expect(wire.heard()).not.toContain("POST");
  console.log(
    `no scheme: ${wire.heard().length} bytes on the wire, none of them readable; exit ${code}: ${err.trim()}`,
  );
});

test("http:// beyond this machine is an error until it is spelled out, and then a warning", async () => {
  const { write } = scratch();
  const server = { url: "http://valt.example.com", username: "panel-bridge" };
  const check = async (more: Readonly<Record<string, unknown>>) => {
    const file = write("mapping.jsonc", withServer({ ...server, ...more }));
    const { code, err } = await valtBridge(["check", file]).ended;
    return { code, err };
  };
  for (const more of [{}, { tls: "insecure" }]) {
    const refused = await check(more);
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('"tls": "none"');
  }
  const spelledOut = await check({ tls: "none" });
  expect(spelledOut.code).toBe(0);
  expect(spelledOut.err).toContain("warning: the account's password travels in clear text");
});

test.skipIf(FAR === undefined)("a running bridge tells the console so as long as it lasts", async () => {
  const created = await createSimulator({ host: FAR ?? "", controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  const server = { url: created.value.url, username: "panel-bridge", tls: "none" };
  const { product } = await startAttacked({ server: server.url, devices: {}, extra: { server } });
  const readiness = await asked("readiness", async () => {
    const found = (await product.status())?.readiness;
    return found?.state === "ready" && found;
  });
  const said = readiness.checks.find(({ name }) => name === "encryption");
  expect(said).toMatchObject({ state: "warning", text: expect.stringContaining("clear text") });
  expect((await product.status())?.alarms).toEqual([]);
  console.log(`in clear text at ${FAR}: ${said?.text}`);
  await product.stop();
});
