import { createContext, runInContext } from "node:vm";
import { type Attack, attacksOn, writeAttack } from "./pumps.ts";

export interface Measured {
  /** The slowest attack, and what it cost for each character of a text of `length`. */
  readonly nsPerCharacter: number;
  readonly attack: Attack;
  readonly length: number;
  /** It was stopped: what it would have cost is not known. */
  readonly isStopped: boolean;
}

export const LENGTH = 65_536;
/** All attacks are tried on a short text, and the slowest of them on a long one. */
const SHORT_LENGTH = 2048;
const MOST_LONG = 4;
/** For all attacks on one pattern: a linear one takes a tenth of it. */
const LONGEST_MS = 3000;

/** What the worst of all attacks on a pattern costs; they are stopped when they take longer than `longestMs` together. */
export function attackPattern(source: string, flags: string, longestMs = LONGEST_MS): Measured {
  const attacks = attacksOn(source, flags);
  const short = measureAll({ source, flags }, attacks, { length: SHORT_LENGTH, longestMs });
  if (short.stoppedAt !== undefined) return stopped(attacks[short.stoppedAt], SHORT_LENGTH, longestMs);
  const slowest = attacks
    .map((attack, index) => ({ attack, ms: short.timesMs[index] ?? 0 }))
    .sort((one, other) => other.ms - one.ms)
    .slice(0, MOST_LONG)
    .map(({ attack }) => attack);
  const long = measureAll({ source, flags }, slowest, { length: LENGTH, longestMs });
  if (long.stoppedAt !== undefined) return stopped(slowest[long.stoppedAt], LENGTH, longestMs);
  const most = Math.max(...long.timesMs);
  const attack = slowest[long.timesMs.indexOf(most)] ?? { before: "", pump: "", after: "" };
  return { attack, nsPerCharacter: (most * 1e6) / LENGTH, length: LENGTH, isStopped: false };
}

function stopped(attack: Attack | undefined, length: number, longestMs: number): Measured {
  const nsPerCharacter = (longestMs * 1e6) / length;
  return { attack: attack ?? { before: "", pump: "", after: "" }, nsPerCharacter, length, isStopped: true };
}

interface Times {
  readonly timesMs: readonly number[];
  /** Which attack was running when the time was over. */
  readonly stoppedAt: number | undefined;
}

/** The best of several each, for a machine that is busy elsewhere. */
function measureAll(
  pattern: { readonly source: string; readonly flags: string },
  attacks: readonly Attack[],
  { length, longestMs }: { readonly length: number; readonly longestMs: number },
): Times {
  const state = {
    ...pattern,
    texts: attacks.map((attack) => writeAttack(attack, length)),
    timesMs: [] as number[],
    nowMs: () => performance.now(),
  };
  try {
    // A pattern that does not end can be stopped in here only.
    Object.assign(CONTEXT, { state });
    runInContext(MEASURE, CONTEXT, { timeout: longestMs });
    return { timesMs: state.timesMs, stoppedAt: undefined };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    return { timesMs: state.timesMs, stoppedAt: state.timesMs.length };
  }
}

/** All matches are looked for, as `replace` and `split` do, except where the pattern is told to look in one place. */
const CONTEXT = createContext({});
const MEASURE = `{
  const { source, flags, texts, timesMs, nowMs } = state;
  const isSticky = flags.includes("y");
  const pattern = new RegExp(source, isSticky || flags.includes("g") ? flags : flags + "g");
  const apply = (text) => {
    pattern.lastIndex = 0;
    if (isSticky) pattern.exec(text);
    else text.replace(pattern, "");
  };
  for (const text of texts) {
    let bestMs = Infinity;
    for (let round = 0; round < 5; round++) {
      const beganMs = nowMs();
      apply(text);
      bestMs = Math.min(bestMs, nowMs() - beganMs);
      if (round > 0 && bestMs < 1) break;
    }
    timesMs.push(bestMs);
  }
}`;
