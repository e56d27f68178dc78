import { expect, test } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { createHealthReport, logHealth } from "../../src/journal/health.ts";
import { createFakeClock } from "../support/fake-clock.ts";

test("the first state that is known is told, and then each change, with the moment when it began", async () => {
  const clock = createFakeClock();
  const report = createHealthReport(clock);
  const told: string[] = [];
  const stop = report.onChange(({ state, why, sinceMs }) => told.push(`${state} ${why} ${sinceMs}`));
  await clock.advance(5);
  report.become("degraded", "full");
  await clock.advance(5);
  report.become("degraded", "no folder");
  expect(report.current()).toEqual({ state: "degraded", why: "no folder", sinceMs: 5 });
  report.become("working");
  expect(report.current()).toEqual({ state: "working", sinceMs: 10 });
  report.become("working");
  stop();
  report.become("off", "newer");
  expect(told).toEqual(["degraded full 5", "working undefined 10"]);
});

test("trouble is logged once, and that it is over, but not that all is well at the start", () => {
  const report = createHealthReport(createFakeClock());
  const said: string[] = [];
  const log = {
    ...silentLog,
    error: (text: string) => said.push(text),
    info: (text: string) => said.push(text),
  };
  logHealth(report, log, "the journal");
  report.become("working");
  expect(said).toEqual([]);
  report.become("degraded", "full");
  report.become("working");
  report.become("off", "newer");
  expect(said).toEqual([
    "the journal cannot be written",
    "the journal is written again",
    "the journal cannot be written",
  ]);
});
