import { createSocket, type Socket } from "node:dgram";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createSimulator } from "../../src/simulator/server.ts";
import { decodeOsc, rest, until } from "../support/rig.ts";
import { asked, createSite } from "../trust/product.ts";
import { type Attacked, startAttacked } from "./support.ts";

const HANG = join(import.meta.dirname, "hang-on-demand.mjs");
/** What a lamp says may be so old. */
const FRESH_MS = 6000;
/** Until then a start may take its time. */
const START_MS = 6500;
const BLOCK_MS = 2000;
/** Longer than the guardian waits at most. */
const STOPPED_MS = 6000;
/** In which a guardian that counts wrongly ends the process. */
const SOME_LOOKS_MS = 800;

/** A lamp that stays as it is when nobody tells it anything. */
async function startLamp() {
  const socket: Socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  onTestFinished(() => void socket.close());
  let isLit = false;
  socket.on("message", (bytes) => {
    const { address, values } = decodeOsc(bytes);
    if (address === "/door/lamp") isLit = values[0] !== 0;
  });
  return { port: socket.address().port, isLit: () => isLit };
}

async function startLit(variables: Readonly<Record<string, string>>) {
  const startedMs = performance.now();
  const lamp = await startLamp();
  const door = {
    kind: "osc",
    listen: "udp://127.0.0.1:0",
    targets: `udp://127.0.0.1:${lamp.port}`,
    room: "interview-1",
    controls: { "/door": { tap: "toggle", look: "tally" } },
  };
  const attacked = await startAttacked({ devices: { door }, variables, preload: HANG });
  attacked.simulator?.somebodyElse(1, "start");
  await until("a lit lamp", lamp.isLit, 15_000);
  await rest(startedMs + START_MS - performance.now());
  return { ...attacked, lamp };
}

function send(signal: NodeJS.Signals, { product }: Pick<Attacked, "product">): void {
  process.kill(product.pid, signal);
}

/** Side by side: they wait most of the time. */
test("a main thread that hangs, busy or asleep, is ended, no lamp stays red, and the reason is told", async () => {
  await Promise.all([hangAndEnd("busy"), hangAndEnd("asleep"), hangUnread()]);
}, 60_000);

async function hangAndEnd(HANG_HOW: string): Promise<void> {
  const attacked = await startLit({ HANG_HOW });
  const { product, lamp } = attacked;
  const hungMs = performance.now();
  send("SIGUSR2", attacked);
  send("SIGTERM", attacked);
  await until("the end", product.hasEnded, 15_000);
  const endedMs = performance.now() - hungMs;
  await until("a dark lamp", () => !lamp.isLit(), 15_000);
  const darkMs = performance.now() - hungMs;
  console.log(`${HANG_HOW}: ended after ${endedMs.toFixed(0)} ms, dark after ${darkMs.toFixed(0)} ms`);
  expect(product.err()).toContain("the main thread hangs");
  await until("the report", () => product.out().includes("door: dark"), 15_000);
  expect(darkMs).toBeLessThan(FRESH_MS);
}

/** Nobody reads the log in time. */
async function hangUnread(): Promise<void> {
  const simulator = await createSimulator({ rooms: 1, controlPort: "none" });
  if (!simulator.ok) throw new Error(simulator.failure.message);
  onTestFinished(() => simulator.value.close());
  const site = createSite({
    mapping: {
      server: { url: simulator.value.url, username: "panel-bridge" },
      rooms: { "interview-1": 1 },
      devices: { desk: { kind: "virtual", room: "interview-1" } },
    },
    variables: { NODE_OPTIONS: `--import=${HANG}`, HANG_FILLS: "stderr" },
  });
  onTestFinished(() => site.remove());
  const mayRead = join(site.folder, "may-read");
  const late = `exec "$@" 2> >(until test -e ${mayRead}; do sleep 0.1; done; exec cat >&2)`;
  const product = site.startUnder(["bash", "-c", late, "bash"]);
  onTestFinished(() => product.kill());
  await asked("the program's status", async () => (await product.status()) !== undefined);
  // It hangs at its start: what it says is the same.
  process.kill(product.pid, "SIGUSR2");
  await until("the end", () => !isRunning(product.pid), 25_000);
  writeFileSync(mayRead, "");
  await until("the reason", () => product.err().includes("main thread"), 30_000);
  await until("no process of it", product.hasEnded, 30_000);
  console.log(/[^.\n]*main thread.*/.exec(product.err())?.[0]);
}

function isRunning(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.startsWith("Z") === false;
  } catch {
    return false;
  }
}

test("a block of 2 s, and a process that is stopped for 6 s, are no hanging", async () => {
  const attacked = await startLit({ HANG_MS: String(BLOCK_MS) });
  const { product } = attacked;
  send("SIGUSR2", attacked);
  await asked("the end of the block", async () => (await attacked.delays()).longestMs > BLOCK_MS * 0.9);
  await rest(SOME_LOOKS_MS);
  expect(product.hasEnded()).toBe(false);
  send("SIGSTOP", attacked);
  await rest(STOPPED_MS);
  send("SIGCONT", attacked);
  await rest(SOME_LOOKS_MS);
  expect(product.hasEnded()).toBe(false);
  expect((await product.status())?.server.state).toBe("reachable");
  console.log("blocked for 2 s and stopped for 6 s: it goes on");
  // The block is the test's own.
  await attacked.beginAttack();
  await product.stop();
}, 60_000);
