// Loaded into the program before it starts: SIGUSR2 makes its main thread hang for as long as HANG_MS says.
import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

const { HANG_MS = "1e9", HANG_HOW = "busy" } = process.env;

/** The program's threads load this too. */
if (isMainThread)
  process.on("SIGUSR2", () => {
    if (process.env.HANG_FILLS === "stderr") fillStandardError();
    const endMs = performance.now() + Number(HANG_MS);
    if (HANG_HOW === "asleep") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(HANG_MS));
    while (performance.now() < endMs);
  });

/** Nobody reads it: what is written now waits, until there is no place. */
function fillStandardError() {
  try {
    for (;;) writeSync(2, ".".repeat(4096));
  } catch {
    // It is full.
  }
}
