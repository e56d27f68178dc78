// Loaded into the program before it starts: measures how long its event loop is held up, and tells whoever connects
// to the socket that PROBE_SOCKET names. A line "reset" begins anew; every line is answered with what was measured.
// "weigh" collects what nobody uses first, which holds the loop up and is not counted.
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const EVERY_MS = 5;

const histogram = monitorEventLoopDelay({ resolution: 1 });
histogram.enable();
let lastMs = performance.now();
const cpuMs = findCpuClock();
let lastCpuMs = cpuMs();
let longestMs = 0;
let longestBusyMs = 0;

/**
 * Time that the main thread was on a processor. That of the process would count what its other threads do, such as the
 * compiler and the journal, while a busy machine keeps the main thread waiting.
 */
function findCpuClock() {
  const file = `/proc/self/task/${process.pid}/schedstat`;
  const ofThread = () => Number(readFileSync(file, "latin1").split(" ", 1)[0]) / 1e6;
  try {
    if (ofThread() > 0) return ofThread;
  } catch {
    // Only Linux tells it.
  }
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
}

function look() {
  const nowMs = performance.now();
  const nowCpuMs = cpuMs();
  const lateMs = nowMs - lastMs - EVERY_MS;
  longestMs = Math.max(longestMs, lateMs);
  longestBusyMs = Math.max(longestBusyMs, Math.min(lateMs, nowCpuMs - lastCpuMs));
  lastMs = nowMs;
  lastCpuMs = nowCpuMs;
}

function collect() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  lastMs = performance.now();
  lastCpuMs = cpuMs();
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
      const p99Ms = histogram.percentile(99) / 1e6;
      const rssMiB = process.memoryUsage.rss() / 1_048_576;
      const heapMiB = process.memoryUsage().heapUsed / 1_048_576;
      socket.write(`${JSON.stringify({ longestMs, longestBusyMs, p99Ms, rssMiB, heapMiB })}\n`);
      if (!line.toString().startsWith("reset")) return;
      longestMs = 0;
      longestBusyMs = 0;
      histogram.reset();
    });
  });
  server.listen(process.env.PROBE_SOCKET);
  server.unref();
}
