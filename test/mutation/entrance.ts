import { expect, test } from "vitest";
import { mutantSwitch } from "./switch.ts";

// The file with which vitest begins. `mutant-runner.ts` says what is run after it.
test("no mutant is on before one is tried", () => {
  expect(mutantSwitch.active).toBe(0);
});
