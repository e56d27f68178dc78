import { createServer as createHttpServer } from "node:http";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { askStatus, serveStatus } from "../../src/cli/places/status-socket.ts";
import { createChance } from "../campaign/chance.ts";
import { scratchFolder } from "../journal/setting.ts";
import { rest } from "../support/rig.ts";

async function startServer(tell: () => unknown): Promise<string> {
  const address = join(scratchFolder(), "bridge.sock");
  const served = await serveStatus(address, tell);
  if (!served.ok) throw new Error(served.failure.message);
  onTestFinished(() => served.value.close());
  return address;
}

function shout(address: string, bytes: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.on("error", () => resolve());
    socket.on("close", () => resolve());
    socket.on("data", () => undefined);
    socket.write(bytes);
    setTimeout(() => socket.destroy(), 20);
  });
}

test("whatever is shouted at the status socket, the next one who asks is answered", async () => {
  const address = await startServer(() => ({ fine: true }));
  const chance = createChance(3);
  const noises = Array.from({ length: 150 }, () => {
    const roll = chance.next();
    if (roll < 0.2) return "GET /status HTTP/1.1\r\n";
    if (roll < 0.4) return `GET /${"x".repeat(chance.whole(1, 40_000))} HTTP/1.1\r\nhost: a\r\n\r\n`;
    if (roll < 0.6) return `POST /status HTTP/1.1\r\ncontent-length: ${chance.whole(0, 1e9)}\r\n\r\nabc`;
    return Uint8Array.from({ length: chance.whole(1, 3000) }, () => chance.whole(0, 255));
  });
  await Promise.all(noises.map((noise) => shout(address, noise)));
  expect(await askStatus(address)).toEqual({ fine: true });
});

test("a status that cannot be told ends nothing", async () => {
  let isBroken = true;
  const address = await startServer(() => {
    if (isBroken) throw new Error("not yet");
    return { fine: true };
  });
  expect(await askStatus(address)).toBeUndefined();
  isBroken = false;
  expect(await askStatus(address)).toEqual({ fine: true });
});

test.each([
  ["no JSON", "<html>"],
  ["half of it", '{"rooms": ['],
  ["nothing", ""],
])("something else that answers there with %s is no bridge", async (_, text) => {
  const address = join(scratchFolder(), "other.sock");
  const server = createHttpServer((__, answer) => answer.end(text));
  await new Promise<void>((resolve) => server.listen(address, resolve));
  onTestFinished(() => void server.close());
  expect(await askStatus(address)).toBeUndefined();
});

test("something that takes the connection and hangs up in the middle is no bridge", async () => {
  const address = join(scratchFolder(), "other.sock");
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{");
    void rest(30).then(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(address, resolve));
  onTestFinished(() => void server.close());
  expect(await askStatus(address)).toBeUndefined();
});
