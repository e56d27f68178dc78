import { spawn } from "node:child_process";
import { openSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { askStatus } from "../../src/cli/places/status-socket.ts";
import { createConsoleLog } from "../../src/cli/running/console-log.ts";
import { countLostOutput } from "../../src/cli/terminal.ts";
import { rest } from "../support/rig.ts";
import { createMachine } from "./bridge-process.ts";

const CLEANLY = { code: 0, signal: null };
const BY_FORCE = { code: null, signal: "SIGTERM" };

test("a log on a full disk costs lines, never the bridge, and the bridge can be stopped", async () => {
  const full = openSync("/dev/full", "w");
  const machine = await createMachine();
  const bridge = await machine.run({ output: [full, full] });
  await bridge.serves();
  await bridge.ask("pause");
  const { lostOutput } = (await askStatus(bridge.statusAddress)) as { lostOutput: number };
  expect(lostOutput).toBeGreaterThan(0);
  bridge.child.kill("SIGTERM");
  expect(await bridge.ended()).toEqual(CLEANLY);
});

test("a bridge whose log nobody reads any more works on, and can be stopped", async () => {
  const machine = await createMachine();
  const bridge = await machine.run({ words: ["--verbose"] });
  await bridge.serves();
  bridge.child.stdout?.destroy();
  bridge.child.stderr?.destroy();
  await bridge.ask("pause");
  await bridge.ask("pause");
  bridge.child.kill("SIGTERM");
  expect(await bridge.ended()).toEqual(CLEANLY);
});

test("lines for a reader that hangs are lost, and do not fill the memory", () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(false);
  const unread = vi.spyOn(process.stderr, "writableLength", "get").mockReturnValue(2_000_000);
  onTestFinished(() => void vi.restoreAllMocks());
  const before = countLostOutput();
  const log = createConsoleLog({ json: true });
  log.info("nobody hears this");
  expect(countLostOutput()).toBe(before + 1);
  expect(written).not.toHaveBeenCalled();
  unread.mockReturnValue(0);
  log.info("somebody reads again");
  expect(written).toHaveBeenCalledOnce();
});

test("the same unexpected error again and again is one line for machines, and ends nothing", async () => {
  const machine = await createMachine();
  const bridge = await machine.run({
    words: ["--json"],
    preload: `const fall = () => { throw new Error("no luck at https://user:pass@valt.example.com"); };
      process.on("newListener", (name) => name === "uncaughtException" && setInterval(fall, 5).unref());`,
  });
  await bridge.serves();
  await bridge.ask("pause");
  bridge.child.kill("SIGTERM");
  expect(await bridge.ended()).toEqual(CLEANLY);
  const unexpected = bridge
    .said()
    .split("\n")
    .filter((line) => line.includes("unexpected"))
    .map((line) => JSON.parse(line) as { calls: string[] });
  expect(unexpected).toMatchObject([
    { msg: "unexpected: Error: no luck at https://***@valt.example.com", level: 50, leftOut: 0 },
  ]);
  expect(unexpected[0]?.calls[0]).toMatch(/preload\.mjs:\d+/);
});

test("a thread that hangs in a disk does not keep the process from ending", async () => {
  const machine = await createMachine();
  const bridge = await machine.run({
    preload: `import { execFileSync } from "node:child_process";
      import { Worker } from "node:worker_threads";
      const hang = () => {
        execFileSync("mkfifo", ["${machine.folder}/pipe"]);
        new Worker('require("node:fs").openSync("${machine.folder}/pipe")', { eval: true }).unref();
      };
      process.on("newListener", (name) => name === "worker" && setImmediate(hang));`,
  });
  await bridge.serves();
  bridge.child.kill("SIGTERM");
  expect(await bridge.ended()).toEqual(BY_FORCE);
  expect(bridge.said()).toContain("Devices closed");
});

const ENDING = join(import.meta.dirname, "../../dist/src/cli/running/ending.js");
const HANG = `const { stopOnSignals } = await import("${ENDING}");
  stopOnSignals();
  setInterval(() => undefined, 1000);
  process.stdout.write("ready");`;
const IMPATIENT = `const late = globalThis.setTimeout;
  globalThis.setTimeout = (task, ms) => late(task, ms / 40);`;

test("a second signal ends what does not close", async () => {
  const hanging = await startScript(HANG);
  hanging.kill("SIGINT");
  await rest(300);
  expect(hanging.isAlive()).toBe(true);
  hanging.kill("SIGTERM");
  expect(await hanging.ended).toEqual(BY_FORCE);
});

test("what does not close in time is ended all the same", async () => {
  const hanging = await startScript(`${IMPATIENT}${HANG}`);
  hanging.kill("SIGINT");
  expect(await hanging.ended).toEqual(BY_FORCE);
});

async function startScript(text: string) {
  const child = spawn(process.execPath, ["--input-type=module", "-e", text], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  return {
    ended,
    kill: (signal: NodeJS.Signals) => void child.kill(signal),
    isAlive: () => child.exitCode === null && child.signalCode === null,
  };
}
