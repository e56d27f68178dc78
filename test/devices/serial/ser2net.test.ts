import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { cleanLater, cleanUp, failureOf, hasSer2net, hasSocat, open, ptyPair, until } from "./bench.ts";

afterEach(cleanUp);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** A device server that lets one client in at a time. */
async function deviceServer(accepter: string): Promise<number> {
  const { near } = await ptyPair();
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), "ser2net-"));
  const file = join(folder, "ser2net.yaml");
  const lines = [
    "connection: &line",
    `  accepter: ${accepter}tcp,127.0.0.1,${port}`,
    `  connector: serialdev,${near},9600n81,local`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n`);
  const server = spawn("ser2net", ["-n", "-u", "-c", file], { stdio: "ignore" });
  const exited = once(server, "exit");
  cleanLater(async () => {
    server.kill();
    await exited;
    rmSync(folder, { recursive: true, force: true });
  });
  return port;
}

test.skipIf(!hasSer2net || !hasSocat).each([
  ["tcp", ""],
  ["rfc2217", "telnet(rfc2217),"],
])(
  "over %s a second client is told what ser2net says of the first (skipped where it is not installed)",
  async (scheme, accepter) => {
    const port = await deviceServer(accepter);
    const first = await untilConnected(port);
    cleanLater(() => first.destroy());
    expect(await failureOf({ address: `${scheme}://127.0.0.1:${port}`, settleMs: 2000 })).toMatchObject({
      reason: "in-use",
      message: expect.stringContaining('said "Port already in use"'),
    });
    first.destroy();
    await until(async () => {
      const device = await open({ address: `${scheme}://127.0.0.1:${port}`, settleMs: 100 });
      expect(device.productName).toContain(String(port));
    });
  },
);

async function untilConnected(port: number) {
  for (let tries = 0; ; tries++) {
    const socket = connect(port, "127.0.0.1");
    const outcome = await once(socket, "connect").then(
      () => "connected",
      () => "refused",
    );
    if (outcome === "connected") return socket;
    if (tries > 200) throw new Error("ser2net does not listen");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
