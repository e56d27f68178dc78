import { expect, test } from "vitest";
import { findMisfit, numberOf } from "../../src/action/holder.ts";

test.each([
  [{ card: "0012345678" }, 4, undefined],
  [{ card: "5678" }, 4, "a number of 4 digits is a PIN and no card here"],
  [{ card: "56a8" }, 4, undefined],
  [{ card: "567890" }, 6, "a number of 6 digits is a PIN and no card here"],
  [{ pin: "5678" }, 4, undefined],
  [{ pin: "0012345678" }, 4, "a PIN has 4 digits here"],
  [{ pin: "56a8" }, 4, "a PIN has 4 digits here"],
])("%j with PINs of %i digits: %s", (holder, pinDigits, misfit) => {
  expect(findMisfit(holder, pinDigits)).toBe(misfit);
  expect(numberOf(holder)).toBe(Object.values(holder)[0]);
});
