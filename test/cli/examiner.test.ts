import { monitorEventLoopDelay } from "node:perf_hooks";
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

it("leaves the main thread alone while a mapping of 400 rooms is checked", async () => {
  const { examiner, question } = examine();
  await examiner.ask("check", question);
  const delay = monitorEventLoopDelay({ resolution: 5 });
  const sinceMs = performance.now();
  delay.enable();
  const checked = await examiner.ask("check", question);
  delay.disable();
  const [tookMs, blockedMs] = [performance.now() - sinceMs, delay.max / 1e6];
  console.info(
    `a check took ${tookMs.toFixed(0)} ms, the main thread was away for ${blockedMs.toFixed(1)} ms at most`,
  );
  expect(checked).toMatchObject({ isSound: true, files: [""] });
  // Half of the time is lent to a machine on which others work.
  expect(blockedMs).toBeLessThan(Math.max(50, tookMs / 2));
}, 60_000);

it("refuses what waits in too long a queue, and goes on when its thread has ended", async () => {
  const { examiner, question } = examine();
  const answers = await Promise.all(Array.from({ length: 12 }, () => examiner.ask("check", question)));
  expect(answers.filter((answer) => "failure" in answer)).toHaveLength(4);
  examiner.close();
  expect(await examiner.ask("check", question)).toMatchObject({ isSound: true });
}, 60_000);
