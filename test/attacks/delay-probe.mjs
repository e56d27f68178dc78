// Loaded into the program before it starts: measures how long its event loop is held up, and tells whoever connects
// to the socket that PROBE_SOCKET names. A line "reset" begins anew; every line is answered with what was measured.
// "weigh" collects what nobody uses first, which holds the loop up and is not counted. It also tells the latest times at
// which the loop was held up, and at which datagrams from the address in PROBE_WATCH were read.
import { Socket } from "node:dgram";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { isMainThread } from "node:worker_threads";

const EVERY_MS = 5;
/** A hold-up worth telling, and how many of the latest things are told. */
const HOLD_UP_MS = 25;
const MOST_TOLD = 100;

let last = readClocks();
let longestMs = 0;
let longestBusyMs = 0;
const holdUps = [];
const datagrams = [];

/** What is told of a moment is in milliseconds since 1970, as other processes count. */
const sinceEpoch = (nowMs) => performance.timeOrigin + nowMs;

function note(list, entry) {
  list.push(entry);
  if (list.length > MOST_TOLD) list.shift();
}

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
  if (lateMs > HOLD_UP_MS) note(holdUps, { atMs: sinceEpoch(last.nowMs), lateMs, busyMs });
  last = now;
}

function collect() {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  last = readClocks();
}

/** The program's threads load this too. */
if (isMainThread) begin();

function watchDatagrams(address) {
  const { emit } = Socket.prototype;
  Socket.prototype.emit = function (name, ...words) {
    if (name === "message" && words[1].address === address)
      note(datagrams, { atMs: sinceEpoch(performance.now()), port: this.address().port });
    return emit.call(this, name, ...words);
  };
}

function begin() {
  if (process.env.PROBE_WATCH !== undefined) watchDatagrams(process.env.PROBE_WATCH);
  setInterval(look, EVERY_MS).unref();
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (line) => {
      look();
      if (line.toString().startsWith("weigh")) collect();
      const rssMiB = process.memoryUsage.rss() / 1_048_576;
      const heapMiB = process.memoryUsage().heapUsed / 1_048_576;
      const { lostMs } = last;
      const told = { longestMs, longestBusyMs, lostMs, rssMiB, heapMiB, holdUps, datagrams };
      socket.end(`${JSON.stringify(told)}\n`);
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
