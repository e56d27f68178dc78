import { url as debuggerUrl } from "node:inspector";
import { Worker } from "node:worker_threads";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { BEAT_MS, type Charge, createPulse, slots } from "./heartbeat.ts";

interface GuardianTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Of the mapping, whose panels are darkened. */
  readonly file: string;
  readonly instance: string;
}

/** From now on a main thread that hangs for seconds ends the process; the returned function ends that. */
export function guardMainThread({ clock, log, file, instance }: GuardianTools): () => void {
  const [program = "", main = ""] = process.argv;
  const pulse = createPulse();
  const pid = String(process.pid);
  const darken: Charge["darken"] = [
    program,
    ...[main, "darken", file, "--instance", instance, "--instead-of", pid],
  ];
  const beat = () => {
    Atomics.add(pulse, slots.beats, 1);
    Atomics.store(pulse, slots.isDebugged, debuggerUrl() === undefined ? 0 : 1);
  };
  beat();
  const guardian = new Worker(new URL("./thread.js", import.meta.url), {
    name: "guardian",
    workerData: { pulse, darken } satisfies Charge,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
  });
  guardian.unref();
  guardian.on("error", (error: unknown) =>
    log.error("nobody ends the bridge if it hangs", { why: String(error) }),
  );
  const stopBeating = clock.every(BEAT_MS, beat);
  return () => {
    stopBeating();
    Atomics.store(pulse, slots.isOver, 1);
    Atomics.notify(pulse, slots.isOver);
  };
}
