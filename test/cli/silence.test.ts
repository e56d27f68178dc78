import { expect, test } from "vitest";
import { type Running, watchSilence } from "../../src/cli/guardian/silence.ts";

interface Life {
  /** Of the main thread, in a second: how much of it it runs, and how much it waits for a processor. */
  readonly runs?: number;
  readonly waits?: number;
  /** When it beats last. */
  readonly beatsUntilMs?: number;
  /** Nobody looks between these. */
  readonly away?: readonly [fromMs: number, untilMs: number];
  /** Default those of a start that is over. */
  readonly beatsBefore?: number;
  readonly forMs: number;
}

/** When the guardian ends it; nothing when it does not. */
function live({
  runs = 0,
  waits = 0,
  beatsUntilMs = 0,
  away = [0, 0],
  beatsBefore = 20,
  forMs,
}: Life): number | undefined {
  const isSilent = watchSilence();
  for (let nowMs = 0; nowMs <= forMs; nowMs += 250) {
    if (nowMs > away[0] && nowMs < away[1]) continue;
    const running = (): Running => ({ ranMs: runs * nowMs, waitedMs: waits * nowMs });
    const beats = beatsBefore + Math.floor(Math.min(nowMs, beatsUntilMs) / 250);
    if (isSilent({ nowMs, beats, running })) return nowMs;
  }
  return undefined;
}

test.each<[string, Life, number | undefined]>([
  ["beats", { forMs: 60_000, beatsUntilMs: 60_000 }, undefined],
  ["beats, with all of a processor", { forMs: 60_000, beatsUntilMs: 60_000, runs: 1 }, undefined],
  ["blocks for 2 s", { forMs: 2000 }, undefined],
  ["sleeps for ever", { forMs: 60_000, beatsUntilMs: 1000 }, 3500],
  ["turns for ever", { forMs: 60_000, beatsUntilMs: 1000, runs: 1 }, 3500],
  ["turns for ever beside others", { forMs: 60_000, beatsUntilMs: 1000, runs: 0.5, waits: 0.5 }, 3500],
  ["gets no processor for 5 s", { forMs: 5000, waits: 1 }, undefined],
  ["gets no processor for ever", { forMs: 60_000, waits: 1 }, 5500],
  ["takes 9 s of its start for one thing", { forMs: 9000, runs: 1, beatsBefore: 1 }, undefined],
  ["hangs at its start", { forMs: 60_000, runs: 1, beatsBefore: 1 }, 10_000],
  ["hangs once it has begun", { forMs: 60_000, beatsUntilMs: 5000, runs: 1, beatsBefore: 1 }, 7500],
  ["was stopped for a minute", { forMs: 62_000, away: [1000, 61_000] }, undefined],
  ["was stopped for a minute and hangs then", { forMs: 99_000, away: [1000, 61_000] }, 62_250],
])("a main thread that %s", (_, life, endedAtMs) => {
  expect(live(life)).toBe(endedAtMs);
});
