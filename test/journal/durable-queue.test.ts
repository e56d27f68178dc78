import { expect, test } from "vitest";
import { succeed } from "../../src/base/result.ts";
import { DurableQueue } from "../../src/journal/durable-queue.ts";
import { createHealthReport } from "../../src/journal/health.ts";
import { createFakeClock } from "../support/fake-clock.ts";

test("a mistake that throws neither spins nor ends the record", async () => {
  const clock = createFakeClock();
  const health = createHealthReport(clock);
  const written: string[] = [];
  let tries = 0;
  const queue = new DurableQueue<string>({
    clock,
    health,
    gatherMs: 0,
    mostWaiting: 10,
    open: async () => {
      tries++;
      if (tries <= 4) throw new Error("a mistake");
      return succeed(undefined);
    },
    look: async () => succeed(undefined),
    write: async () => succeed(undefined),
    written: (items) => written.push(...items),
    failed: () => undefined,
  });
  void queue.start();
  queue.put("one");
  await clock.advance(100);
  expect(tries).toBe(1);
  expect(health.current().state).not.toBe("working");
  await clock.advance(10_000);
  expect(written).toEqual(["one"]);
  expect(tries).toBe(5);
  expect(health.current().state).toBe("working");
  expect(await queue.close(1000)).toBe(0);
});
