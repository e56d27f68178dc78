// Loaded into the program before it starts: SIGUSR2 makes its main thread hang for as long as HANG_MS says.
import { isMainThread } from "node:worker_threads";

const { HANG_MS = "1e9", HANG_HOW = "busy" } = process.env;

/** The program's threads load this too. */
if (isMainThread)
  process.on("SIGUSR2", () => {
    const endMs = performance.now() + Number(HANG_MS);
    if (HANG_HOW === "asleep") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(HANG_MS));
    while (performance.now() < endMs);
  });
