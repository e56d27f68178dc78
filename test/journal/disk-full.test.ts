import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { until } from "../support/rig.ts";
import { markNamed, now, openBoth, ROOM, rowsOf, scratchFolder } from "./setting.ts";

const CHILD = join(import.meta.dirname, "keep-marks.mjs");

test.runIf(process.platform === "linux")(
  "files that may not grow: marks are said not to be safe, and the process goes on",
  () => {
    const folder = scratchFolder();
    // In units of 1024 bytes; dash and bash agree on 512 or 1024, either is soon reached.
    const command = `ulimit -f 256; exec "${process.execPath}" "${CHILD}" "${folder}" full 2000`;
    const { stdout, status } = spawnSync("sh", ["-c", command], { encoding: "utf8", timeout: 60_000 });
    const lines = stdout.trim().split("\n");
    expect(status).toBe(0);
    expect(lines[0]).toBe("full-0");
    expect(lines.at(-1)).toBe("ended");
    const refused = lines.filter((line) => line.startsWith("not-kept"));
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.at(-1)).toMatch(/ (?:degraded|off) .+/);
  },
  90_000,
);

test.runIf(canMount())(
  "a full disk: nothing is lost, and all is written when there is room again",
  async () => {
    const folder = mountSmallDisk();
    const { journal, ledger } = await openBoth({ folder });
    const filling = join(folder, "filling");
    fill(filling, folder);
    const correlation = markNamed("a").correlation;
    const asked = () => journal.sink(now({ kind: "request", correlation, command: "start", room: ROOM }));
    for (let count = 0; count < 3000; count++) asked();
    const marks = Array.from({ length: 300 }, (_, index) => markNamed(`mark-${index}`));
    const how = await Promise.all(marks.map((mark) => ledger.keep(mark)));
    expect(how).toContain("not-kept");
    await until("bad news", () => journal.health.current().state === "degraded", 10_000);
    expect(journal.health.current().why).toContain("the disk is full");
    rmSync(filling);
    await until("good news", () => journal.health.current().state === "working", 20_000);
    await until(
      "all facts",
      () => rowsOf(folder).filter(({ kind }) => kind === "request").length === 3000,
      10_000,
    );
    await until("the ledger", () => ledger.health.current().state === "working", 20_000);
    expect(await ledger.keep(markNamed("after"))).toBe("kept");
  },
);

function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const folder = join("/tmp", `valt-bridge-mount-${process.pid}`);
  mkdirSync(folder);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function mountSmallDisk(): string {
  const folder = scratchFolder();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=6m", "none", folder]);
  // Registered last, so run first: before the folder is removed.
  onTestFinished(() => void execFileSync("umount", ["--lazy", folder]));
  return folder;
}

/** Leaves next to nothing free. */
function fill(file: string, folder: string): void {
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(file, Buffer.alloc(bavail * bsize));
}
