/**
 * The guardian's thread. It sleeps, looks whether the main thread beats, and ends the process when that has been silent for
 * too long: whatever hangs there, a lamp must not go on saying what nobody knows any more. It does without an event loop,
 * so that it costs next to nothing and depends on nothing that the main thread has to do.
 */
import { spawn } from "node:child_process";
import { closeSync, constants, openSync, readFileSync, writeSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { type Charge, slots } from "./heartbeat.ts";
import { LOOK_MS, type Running, watchSilence } from "./silence.ts";

const { pulse, darken } = workerData as Charge;
const isSilent = watchSilence();

while (Atomics.load(pulse, slots.isOver) === 0) {
  const isDebugged = Atomics.load(pulse, slots.isDebugged) === 1;
  const look = { nowMs: performance.now(), beats: Atomics.load(pulse, slots.beats), running };
  // At a breakpoint somebody looks on.
  if (isSilent(look) && !isDebugged) endProcess();
  Atomics.wait(pulse, slots.isOver, 0, LOOK_MS);
}

/** Of the main thread, whose number is that of the process; nothing where the system does not count it. */
function running(): Running {
  try {
    const [ran = 0, waited = 0] = readFileSync("/proc/self/schedstat", "latin1").split(" ").map(Number);
    return { ranMs: ran / 1e6, waitedMs: waited / 1e6 };
  } catch {
    return { ranMs: 0, waitedMs: 0 };
  }
}

function endProcess(): void {
  const [program, ...words] = darken;
  try {
    // Its standard input is open as long as this process has its devices.
    spawn(program, words, { stdio: ["pipe", "inherit", "inherit"], detached: true });
  } catch {
    // The process must end all the same.
  }
  tellReason();
  process.kill(process.pid, "SIGKILL");
}

function tellReason(): void {
  const msg = "the main thread hangs: the process is ended, so that no lamp goes on saying what is not so";
  const line = `${JSON.stringify({ level: 60, time: new Date().toISOString(), msg })}\n`;
  try {
    // Whatever does not take it must not hang this thread too: a terminal that was stopped, a pipe that nobody reads.
    const { O_WRONLY, O_APPEND, O_NONBLOCK } = constants;
    const error = openSync("/proc/self/fd/2", O_WRONLY | O_APPEND | O_NONBLOCK);
    writeWhenTaken(error, line);
    closeSync(error);
  } catch {
    tellDirectly(line);
  }
}

/** A pipe may be full of what the process had to say: it gets a moment. The program that darkens says it too, and can wait. */
function writeWhenTaken(error: number, line: string): void {
  for (let tries = 0; tries < 10; tries++) {
    try {
      writeSync(error, line);
      return;
    } catch {
      Atomics.wait(pulse, slots.isOver, 0, 20);
    }
  }
}

/** A socket, such as the journal's of systemd, cannot be opened by its name. */
function tellDirectly(line: string): void {
  try {
    writeSync(2, line);
  } catch {
    // Nobody hears it.
  }
}
