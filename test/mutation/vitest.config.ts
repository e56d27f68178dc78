import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { faults } from "../campaign/faults.ts";
import { putBack } from "../support/put-back.ts";

/** One process that tries mutants, one after the other. */
// biome-ignore lint/style/noDefaultExport: vitest takes its settings from there
export default defineConfig({
  root: join(import.meta.dirname, "../.."),
  plugins: [putBack(new Map(faults.map(({ name, changes }) => [name, changes])))],
  test: {
    include: ["test/mutation/entrance.ts"],
    runner: join(import.meta.dirname, "mutant-runner.ts"),
    pool: "forks",
    maxWorkers: 1,
    isolate: false,
    testTimeout: 20_000,
    teardownTimeout: 1_000,
    watch: false,
    silent: true,
  },
});
