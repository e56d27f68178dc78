import { test } from "vitest";

/**
 * Tests that mostly wait, waiting at the same time. All of them run in the first one, so that what they leave to
 * `onTestFinished` is cleared away when the last has ended; each is told by its own name.
 */
export function testTogether(
  scenarios: Readonly<Record<string, () => Promise<void>>>,
  { timeout = 60_000, runs = true } = {},
): void {
  let all: Promise<PromiseSettledResult<void>[]> | undefined;
  test.runIf(runs).each(Object.keys(scenarios).map((name, index) => [name, index] as const))(
    "%s",
    { timeout },
    async (_, index) => {
      all ??= Promise.allSettled(Object.values(scenarios).map((run) => run()));
      const result = (await all)[index];
      if (result?.status === "rejected") throw result.reason;
    },
  );
}
