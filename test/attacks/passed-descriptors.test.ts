import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { descriptorOf } from "../../src/base/kept-sockets.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { scratch } from "../cli/valt-bridge.ts";
import { mappingText } from "../support/rig.ts";
import { asked } from "../trust/product.ts";
import { withProbe } from "./support.ts";

const MAIN = join(import.meta.dirname, "../../dist/src/main.js");

/** A descriptor that is passed, and what is left of it when the process has it. */
interface Passed {
  readonly descriptor: number;
  close(): void;
}

const openedAt = (path: string): Passed => {
  const descriptor = openSync(path, "r");
  return { descriptor, close: () => closeSync(descriptor) };
};

const KINDS: Readonly<Record<string, () => Promise<Passed>>> = {
  "a device": async () => openedAt("/dev/null"),
  "a file": async () => openedAt(MAIN),
  "a folder": async () => openedAt("/tmp"),
  "a socket of datagrams": async () => {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    return { descriptor: descriptorOf(socket) ?? -1, close: () => socket.close() };
  },
  "a socket of another kind": async () => {
    const server = createServer().listen(join(scratch().folder, "other.sock"));
    await once(server, "listening");
    return { descriptor: descriptorOf(server) ?? -1, close: () => server.close() };
  },
  "a listener at another port": async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return { descriptor: descriptorOf(server) ?? -1, close: () => server.close() };
  },
};

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const isAnswered = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });

test.runIf(process.platform === "linux")(
  "a descriptor of a wrong kind under the name of a listener is left, and the listener opened",
  { timeout: 240_000 },
  async () => {
    const created = await createSimulator({ rooms: 2, controlPort: "none" });
    if (!created.ok) throw new Error(created.failure.message);
    onTestFinished(() => created.value.close());
    for (const [name, open] of Object.entries(KINDS)) {
      const [line, page] = [await freePort(), await freePort()];
      const { folder, write } = scratch();
      const device = { kind: "serial", listen: `tcp://127.0.0.1:${line}` };
      const file = write("site.jsonc", mappingText(created.value.url, { device }));
      const passed = [await open(), await open(), await open()];
      const names = [`tcp://127.0.0.1:${line}`, `tcp://127.0.0.1:${page}`, "left-at-99999999999999"];
      const probe = withProbe();
      const words = [probe.nodeWord, MAIN, "run", file, "--console", `127.0.0.1:${page}`];
      const child = spawn("/bin/sh", ["-c", 'LISTEN_PID=$$ exec "$@"', "sh", process.execPath, ...words], {
        env: {
          ...process.env,
          ...probe.variables,
          VALT_PASSWORD: "simulator",
          XDG_STATE_HOME: folder,
          XDG_RUNTIME_DIR: folder,
          NOTIFY_SOCKET: join(folder, "nobody"),
          LISTEN_FDS: "3",
          LISTEN_FDNAMES: names.map(encodeURIComponent).join(":"),
        },
        stdio: ["ignore", "pipe", "pipe", ...passed.map(({ descriptor }) => descriptor)],
      });
      let said = "";
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (chunk: Buffer) => {
          said += chunk.toString();
        });
      const ended = once(child, "exit");
      for (const { close } of passed) close();
      const beganMs = performance.now();
      try {
        await asked(`${name}: the line`, () => isAnswered(line), 40_000);
        await asked(`${name}: the page`, () => isAnswered(page), 40_000);
      } catch (error) {
        throw new Error(`${String(error)}: ${said}`);
      } finally {
        child.kill();
        await ended;
      }
      console.info(`${name}: both listen after ${(performance.now() - beganMs).toFixed(0)} ms`);
      expect(said).not.toContain("unexpected");
    }
  },
);
