// Loaded into the program before it starts: measures how long its event loop is held up, and tells whoever connects
// to the socket that PROBE_SOCKET names. A line "reset" begins anew; every line is answered with what was measured.
// "weigh" collects what nobody uses first, which holds the loop up and is not counted.
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const EVERY_MS = 5;

let last = readClocks();
let longestMs = 0;
let longestBusyMs = 0;

/**
 * What Linux tells of the main thread: for how long it was on a processor, and for how long it was ready to run while others
 * had the processors. That of the process would count what its other threads do, such as the compiler and the journal.
 */
function readClocks() {
  const nowMs = performance.now();
  try {
    const file = `/proc/self/task/${process.pid}/schedstat`;
    const [cpu, waited] = readFileSync(file, "latin1").split(" ");
    return { nowMs, cpuMs: Number(cpu) / 1e6, lostMs: Number(waited) / 1e6 };
  } catch {
    const { user, system } = process.cpuUsage();
    return { nowMs, cpuMs: (user + system) / 1000, lostMs: 0 };
  }
}

function look() {
  const now = readClocks();
  const lateMs = now.nowMs - last.nowMs - EVERY_MS;
  longestMs = Math.max(longestMs, lateMs);
  const busyMs = Math.min(lateMs - (now.lostMs - last.lostMs), now.cpuMs - last.cpuMs);
  longestBusyMs = Math.max(longestBusyMs, busyMs);
  last = now;
}

function collect() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  last = readClocks();
}

/** The program's threads load this too. */
if (isMainThread) begin();

function begin() {
  setInterval(look, EVERY_MS).unref();
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (line) => {
      look();
      if (line.toString().startsWith("weigh")) collect();
      const rssMiB = process.memoryUsage.rss() / 1_048_576;
      const heapMiB = process.memoryUsage().heapUsed / 1_048_576;
      const { lostMs } = last;
      socket.write(`${JSON.stringify({ longestMs, longestBusyMs, lostMs, rssMiB, heapMiB })}\n`);
      if (!line.toString().startsWith("reset")) return;
      longestMs = 0;
      longestBusyMs = 0;
    });
  });
  // One that was killed leaves its name behind.
  rmSync(process.env.PROBE_SOCKET, { force: true });
  server.listen(process.env.PROBE_SOCKET);
  server.unref();
}
