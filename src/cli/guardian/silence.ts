/** How long the guardian sleeps between two looks. */
export const LOOK_MS = 250;
/**
 * Nothing that is meant takes the main thread so long; and what follows, the end of the process and the darkening of its
 * panels, must fit into the rest of the six seconds for which a lamp may be wrong.
 */
const LONGEST_SILENCE_MS = 2500;
/**
 * A start may take longer: modules, fonts and a large mapping are read from a slow card, and nothing of that tells a hanging
 * thread from a busy one. It is over when the main thread has beaten so often, which takes longer on a slow machine, too.
 */
const BEATS_OF_START = 20;
const LONGEST_SILENCE_AT_START_MS = 10_000;
/** A machine with no processor to spare is no fault of the main thread: it gets this much longer at most, */
const MOST_WAITING_MS = 3000;
/** but not when it has had the processor for so long. */
const ENOUGH_RUNNING_MS = 1000;

/** How long in all the main thread has run, and could have run and got no processor. */
export interface Running {
  readonly ranMs: number;
  readonly waitedMs: number;
}

interface Look {
  /** Monotonic. */
  readonly nowMs: number;
  readonly beats: number;
  running(): Running;
}

/**
 * Whether the main thread has been silent for too long, look by look. Only time in which the guardian itself came to look
 * counts: while the process is stopped or the machine sleeps, nobody can beat.
 */
export function watchSilence(): (look: Look) => boolean {
  let last: { readonly nowMs: number; readonly beats: number } | undefined;
  let silentMs = 0;
  let before: Running = { ranMs: 0, waitedMs: 0 };
  return (look) => {
    const { nowMs, beats } = look;
    const sinceMs = last === undefined ? 0 : nowMs - last.nowMs;
    const isBeating = beats !== last?.beats;
    last = { nowMs, beats };
    if (isBeating) {
      silentMs = 0;
      return false;
    }
    if (silentMs === 0) before = look.running();
    silentMs += Math.min(sinceMs, LOOK_MS);
    const longestMs = beats < BEATS_OF_START ? LONGEST_SILENCE_AT_START_MS : LONGEST_SILENCE_MS;
    if (silentMs < longestMs) return false;
    const { ranMs, waitedMs } = look.running();
    const hasRun = ranMs - before.ranMs >= ENOUGH_RUNNING_MS;
    const graceMs = hasRun ? 0 : Math.min(MOST_WAITING_MS, waitedMs - before.waitedMs);
    return silentMs >= longestMs + graceMs;
  };
}
