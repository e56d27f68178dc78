import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { until } from "../support/rig.ts";
import { asked, createSite } from "./product.ts";

test("a process whose wall clock is set says so, looks at its rooms anew, and goes on", async () => {
  const created = await createSimulator({ rooms: 1, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const site = createSite({
    mapping: {
      server: { url: simulator.url, username: "panel-bridge" },
      rooms: { "room-1": 1 },
      devices: { line: { kind: "serial", listen: "tcp://127.0.0.1:0" } },
      timing: { activePollMs: 200, idlePollMs: 200, freshMs: 600 },
    },
  });
  const file = join(site.folder, "leap.mjs");
  writeFileSync(
    file,
    `const now = Date.now;
     let byMs = 0;
     Date.now = () => now() + byMs;
     process.on("SIGUSR2", () => { byMs += 3_600_000; });`,
  );
  const product = site.startWith([`--import=${file}`]);
  onTestFinished(async () => {
    await product.kill();
    await simulator.close();
    site.remove();
  });
  const isLive = async () => (await product.status())?.rooms[0]?.knowledge === "live";
  const port = await product.port("line");
  await asked("the room", isLive);
  process.kill(product.pid, "SIGUSR2");
  await until("the leap", () => product.err().includes("the clocks leapt"), 30_000);
  await asked("the room again", isLive);
  const socket = connect(port, "127.0.0.1");
  let heard = "";
  socket.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  onTestFinished(() => void socket.destroy());
  socket.write("REC START 1\r");
  await until("the answer", () => heard.includes("OK REC 1 RECORDING"), 30_000);
  await product.stop();
  expect((await site.run("journal", "verify")).code).toBe(0);
}, 120_000);
