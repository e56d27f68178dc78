import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { rest, until } from "../support/rig.ts";
import { asked, createSite } from "./product.ts";

test("what is pressed while the process is stopped is not carried out when it goes on", async () => {
  const created = await createSimulator({ rooms: 2, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const site = createSite({
    mapping: {
      server: { url: simulator.url, username: "panel-bridge" },
      rooms: { "room-1": 1, "room-2": 2 },
      devices: { line: { kind: "serial", listen: "tcp://127.0.0.1:0" } },
    },
  });
  const product = site.start();
  onTestFinished(async () => {
    await product.kill();
    await simulator.close();
    site.remove();
  });
  const port = await product.port("line");
  const isLive = async () =>
    (await product.status())?.rooms.every(({ knowledge }) => knowledge === "live") === true;
  await asked("the rooms", isLive);
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let heard = "";
  socket.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  socket.write("REC START 1\r");
  await until("the start", () => heard.includes("OK REC 1 RECORDING"), 30_000);

  process.kill(product.pid, "SIGSTOP");
  await rest(500);
  socket.write("REC STOP 1\rREC START 2\rMARK 1 late\r");
  await rest(4000);
  process.kill(product.pid, "SIGCONT");
  await until("three errors", () => (heard.match(/^!?ERR.*$/gm) ?? []).length >= 3, 30_000);
  await until("a word in the log", () => product.err().includes("held up"), 30_000);
  expect(simulator.requests.count("POST rooms/{r}/record/stop")).toBe(0);
  expect(simulator.requests.count("POST rooms/{r}/record/start")).toBe(1);
  expect(simulator.world.room(1)?.marks).toEqual([]);

  await rest(600);
  socket.write("REC STOP 1\r");
  await until("the stop", () => simulator.world.room(1)?.status === "available", 30_000);
}, 120_000);
