import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { oneAtATime } from "../../src/base/one-at-a-time.ts";
import { until } from "../support/rig.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

async function start() {
  const waiting: ServerResponse[] = [];
  const server = createServer(oneAtATime((_, response) => void waiting.push(response)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let heard = "";
  let hasEnded = false;
  socket.on("error", () => undefined);
  socket.on("close", () => {
    hasEnded = true;
  });
  socket.on("data", (bytes) => {
    heard += String(bytes);
  });
  return { waiting, socket, answers: () => heard.split("HTTP/1.1 200").length - 1, hasEnded: () => hasEnded };
}

test("a connection asks as often as it likes, once it was answered", async () => {
  const { waiting, socket, answers, hasEnded } = await start();
  for (let count = 1; count <= 20; count++) {
    socket.write(REQUEST);
    await until("the request", () => waiting.length === count);
    waiting.at(-1)?.end("x".repeat(100_000));
    await until("the answer", () => answers() === count);
  }
  expect(hasEnded()).toBe(false);
});

test("who asks a thousand times at once is cut off, and one of them was asked", async () => {
  const { waiting, socket, hasEnded } = await start();
  socket.write(REQUEST.repeat(1000));
  await until("the end", hasEnded);
  expect(waiting).toHaveLength(1);
});
