import type { Worker } from "node:worker_threads";
import { pause, systemClock } from "../../base/clock.ts";
import { complain, endWith, exitCodes } from "../terminal.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** Before the service manager loses its patience: the unit that `service` prints says 20 s. */
const END_WITHIN_MS = 10_000;

const threads = new Set<Worker>();

/**
 * The first signal asks everything to close. The second is left to the system, which ends the process whatever hangs,
 * and so does a closing that takes too long.
 */
export function stopOnSignals(): AbortSignal {
  const stopping = new AbortController();
  const stop = () => {
    for (const name of SIGNALS) process.removeListener(name, stop);
    setTimeout(endHard, END_WITHIN_MS).unref();
    stopping.abort();
  };
  for (const name of SIGNALS) process.on(name, stop);
  process.on("worker", (thread: Worker) => {
    threads.add(thread);
    thread.once("exit", () => threads.delete(thread));
  });
  return stopping.signal;
}

const LOOKS = 100;
const LOOK_MS = 10;

/**
 * Ends the process once everything is closed and written. Whatever still turns then is not waited for. Whoever was asked to
 * end has ended well, whatever unexpected was reported meanwhile.
 */
export async function leave(): Promise<void> {
  endWith(exitCodes.fine);
  for (let look = 0; look < LOOKS && isStuck(); look++) await pause(systemClock, LOOK_MS);
  if (isStuck()) endHard();
  else process.stdout.write("", () => process.exit());
}

/** A thread in a disk or name server that does not answer cannot be ended, and `process.exit` would wait for it. */
function isStuck(): boolean {
  const requests = process.getActiveResourcesInfo();
  return threads.size > 0 || requests.some((name) => /^(?:FSReq|GetAddrInfo|GetNameInfo)/.test(name));
}

/** By signal, since that waits for nothing; the first process of a container is deaf to its own signals. */
function endHard(): void {
  complain("something does not close: ended all the same");
  process.kill(process.pid, "SIGTERM");
  process.exit();
}
