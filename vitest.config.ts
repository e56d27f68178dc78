import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { faults } from "./test/campaign/faults.ts";
import { putBack } from "./test/support/put-back.ts";

/** At the top, since vitest looks for its settings only where it is started, or above. */
const TESTS = join(import.meta.dirname, "test");

/** Whoever replaces a module or weighs memory must not share a process with others, */
const ALONE = /\bvi\.mock\(|\bmemoryUsage\b/;
/** nor do drivers' tests: a driver remembers what is open on this machine, and they leave much open. */
const DRIVERS = /^(?:devices|driver)\b/;
const ATTACKS = "test/attacks/**/*.test.ts";
const alone = readdirSync(TESTS, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".test.ts"))
  .filter((file) => DRIVERS.test(file) || ALONE.test(readFileSync(join(TESTS, file), "utf8")))
  .map((file) => `test/${file}`);

export default defineConfig({
  plugins: [putBack(new Map(faults.map(({ name, changes }) => [name, changes])))],
  test: {
    testTimeout: 20_000,
    // Scenarios run on real sockets in real time: on a shared machine one may be starved once, never thrice.
    retry: process.env.CI === undefined ? 0 : 2,
    // They wait for sockets and timers more than half of their time: one more than there are processors finds room.
    maxWorkers: availableParallelism() + 1,
    projects: [
      { extends: true, test: { name: "alone", include: alone } },
      {
        extends: true,
        // What is imported once is there for all files of a process.
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: [...alone, ATTACKS],
          isolate: false,
        },
      },
      {
        extends: true,
        // They measure how long the program is held up: no more at a time than there are processors, after all others.
        test: {
          name: "attacks",
          include: [ATTACKS],
          isolate: false,
          maxWorkers: availableParallelism(),
          sequence: { groupOrder: 1 },
        },
      },
    ],
    coverage: { include: ["src/**", "devices/**"], reporter: ["text-summary"] },
  },
});
