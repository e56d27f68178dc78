import { existsSync, readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { expect, it, onTestFinished } from "vitest";
import { systemClock } from "../../src/base/clock.ts";
import { Examiner } from "../../src/cli/editing/examiner.ts";
import { scratch } from "./valt-bridge.ts";

const rooms = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`room-${index}`, index + 1]));
const devices = Object.fromEntries(
  Object.keys(rooms).map((room) => [`deck-${room}`, { kind: "virtual", model: "mini", room }]),
);
const TIMING = { requestsPerSecond: 400 };
const TEXT = JSON.stringify({
  server: { url: "https://valt.example.com", username: "bridge" },
  rooms,
  devices,
  timing: TIMING,
});

function examine() {
  const examiner = new Examiner(systemClock);
  onTestFinished(() => examiner.close());
  const file = scratch().write("site.jsonc", "{}");
  return { examiner, question: { file, edited: new Map([["", TEXT]]) } };
}

/** What this thread has worked so far, in ms: others on the machine may keep it waiting, which is no work of its own. */
function workedMs(): number {
  const [nanoseconds = ""] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ");
  return Number(nanoseconds) / 1e6;
}

/** The longest piece of work of this thread until `end` is called, in ms; of what comes within 2 ms, the sum. */
function watchWork() {
  let [longestMs, beforeMs] = [0, workedMs()];
  const look = () => {
    const nowMs = workedMs();
    longestMs = Math.max(longestMs, nowMs - beforeMs);
    beforeMs = nowMs;
  };
  const timer = setInterval(look, 2);
  return {
    end() {
      clearInterval(timer);
      look();
      return longestMs;
    },
  };
}

it.skipIf(!existsSync("/proc/self/schedstat"))(
  "leaves the main thread alone while a mapping of 400 rooms is checked, also the first time",
  async () => {
    // What is measured is the process's first thread.
    expect(isMainThread).toBe(true);
    const { examiner, question } = examine();
    for (const time of ["first", "second", "third"]) {
      const work = watchWork();
      const sinceMs = performance.now();
      const checked = await examiner.ask("check", question);
      const longestMs = work.end();
      const tookMs = performance.now() - sinceMs;
      console.info(
        `the ${time} check took ${tookMs.toFixed(0)} ms, the main thread worked ${longestMs.toFixed(1)} ms at once`,
      );
      expect(checked).toMatchObject({ isSound: true, texts: question.edited, beside: [] });
      expect(longestMs).toBeLessThan(50);
    }
  },
  60_000,
);

it("refuses what waits in too long a queue, and goes on when its thread has ended", async () => {
  const { examiner, question } = examine();
  const answers = await Promise.all(Array.from({ length: 12 }, () => examiner.ask("check", question)));
  expect(answers.filter((answer) => "failure" in answer)).toHaveLength(4);
  examiner.close();
  expect(await examiner.ask("check", question)).toMatchObject({ isSound: true });
}, 60_000);
