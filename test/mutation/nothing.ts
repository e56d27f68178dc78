import { test } from "vitest";

// A file for vitest to begin with. What is run then is up to `mutant-runner.ts`.
test.skip("nothing", () => undefined);
