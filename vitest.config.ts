import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    testTimeout: 20_000,
    // Scenarios run on real sockets in real time: on a shared machine one may be starved once, never thrice.
    retry: process.env.CI === undefined ? 0 : 2,
    coverage: { include: ["src/**", "devices/**"], reporter: ["text-summary"] },
  },
});
