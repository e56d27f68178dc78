import fc from "fast-check";
import { expect, test } from "vitest";
import { DueQueue } from "../../src/room/due-queue.ts";

test("a due queue gives everything back in the order in which it is due, whatever comes in between", () => {
  const step = fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constant("pop" as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new DueQueue<number>();
      let expected: number[] = [];
      for (const one of steps) {
        if (one === "pop") {
          queue.pop();
          expected = expected.slice(1);
        } else {
          queue.push(one, one);
          expected = [...expected, one].sort((first, second) => first - second);
        }
        expect(queue.peek()?.dueMs).toBe(expected[0]);
      }
    }),
  );
});

test("a long due queue gives everything back in order", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 20, maxLength: 60 }), (times) => {
      const queue = new DueQueue<number>();
      for (const dueMs of times) queue.push(dueMs, dueMs);
      const given = times.map(() => {
        const dueMs = queue.peek()?.dueMs;
        queue.pop();
        return dueMs;
      });
      expect(given).toEqual(times.toSorted((one, other) => one - other));
    }),
  );
});
