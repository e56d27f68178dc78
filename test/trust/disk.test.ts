import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { until } from "../support/rig.ts";
import { asked, createSite } from "./product.ts";

function mountSmallDisk(): string | undefined {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return undefined;
  const folder = mkdtempSync(join(tmpdir(), "valt-bridge-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "none", folder], { stdio: "ignore" });
  } catch {
    rmSync(folder, { recursive: true });
    return undefined;
  }
  onTestFinished(() => {
    execFileSync("umount", ["--lazy", folder]);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

test("with a full disk the bridge works on, says so in its status and as an alarm, and writes again when there is room", async () => {
  const disk = mountSmallDisk();
  // Only root can mount, and not in every container.
  if (disk === undefined) return;
  const created = await createSimulator({ rooms: 1, controlPort: "none" });
  if (!created.ok) throw new Error(created.failure.message);
  const simulator = created.value;
  const stateHome = join(disk, "state");
  mkdirSync(stateHome);
  const site = createSite({
    stateHome,
    mapping: {
      server: { url: simulator.url, username: "panel-bridge" },
      rooms: { "room-1": 1 },
      devices: { line: { kind: "serial", listen: "tcp://127.0.0.1:0" } },
      timing: { activePollMs: 200, idlePollMs: 200, freshMs: 600 },
    },
  });
  const product = site.start();
  onTestFinished(async () => {
    await product.kill();
    await simulator.close();
    site.remove();
  });
  const socket = connect(await product.port("line"), "127.0.0.1");
  let heard = "";
  socket.on("data", (chunk: Buffer) => {
    heard += chunk.toString();
  });
  onTestFinished(() => void socket.destroy());
  const press = async (line: string, request: string, count: number) => {
    socket.write(`${line}\r`);
    await until(request, () => simulator.requests.count(request) >= count, 20_000);
  };
  await asked("the records", async () => (await product.status())?.records.journal.state === "working");
  const filling = join(disk, "filling");
  fill(disk, filling);
  for (let count = 1; count <= 3; count++) {
    await press("REC START 1", "POST rooms/{r}/record/start", count);
    await asked("recording", async () => (await product.status())?.rooms[0]?.status === "recording");
    await press("REC STOP 1", "POST rooms/{r}/record/stop", count);
    await asked("available", async () => (await product.status())?.rooms[0]?.status === "available");
  }
  await until("answers", () => heard.split("OK REC").length > 6, 20_000);
  const full = await asked("the bad news", async () => {
    const status = await product.status();
    return status?.records.journal.state !== "working" && status;
  });
  expect(full.records.journal.why).toContain("full");
  expect(full.alarms.map(({ kind }) => kind)).toContain("journal-failing");
  rmSync(filling);
  await asked("the good news", async () => (await product.status())?.records.journal.state === "working");
  await product.stop();
  expect((await site.run("journal", "verify")).code).toBe(0);
}, 180_000);

/** Takes all the room that there is on a disk which somebody else may be writing to meanwhile. */
function fill(disk: string, file: string): void {
  const { bavail, bsize } = statfsSync(disk);
  try {
    writeFileSync(file, Buffer.alloc(bavail * bsize));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
  }
}
