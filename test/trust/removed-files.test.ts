import { readdirSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { until } from "../support/rig.ts";
import { asked, createSite } from "./product.ts";

test("a mark that waits survives that somebody removes the bridge's files while it runs, and then the power", async () => {
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
  let product = site.start();
  onTestFinished(async () => {
    await product.kill();
    site.remove();
  });
  const socket = connect(await product.port("line"), "127.0.0.1");
  let heard = "";
  socket.on("error", () => undefined);
  socket.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  onTestFinished(() => void socket.destroy());
  socket.write("REC START 1\r");
  await asked("recording", async () => (await product.status())?.rooms[0]?.status === "recording");
  await simulator.close();
  socket.write("MARK 1 Important\r");
  await until("the promise", () => heard.includes("OK MARK 1"), 30_000);
  for (const name of readdirSync(site.stateFolder))
    if (/^(journal|marks)\.sqlite/.test(name)) rmSync(join(site.stateFolder, name));
  await asked("the new files", async () =>
    /journal\.sqlite.*marks\.sqlite/.test(readdirSync(site.stateFolder).sort().join(" ")),
  );
  await asked("the mark", async () => (await site.run("journal", "marks")).out.includes("Important"));
  await product.kill();
  product = site.start();
  await asked("the mark", async () => (await product.status())?.marksWaiting === 1);
  await product.stop();
  const verified = await site.run("journal", "verify");
  expect([verified.code, verified.out]).toEqual([
    1,
    expect.stringContaining("the journal itself tells of what it lacks"),
  ]);
}, 180_000);
