import { describe, expect, test } from "vitest";
import { errorCode, errorText } from "../../src/base/error-text.ts";
import { lazy } from "../../src/base/memory.ts";

describe("what was thrown", () => {
  test.each([
    [new Error("no such file"), "no such file"],
    // serialport repeats the class of its errors in their message.
    [new Error("Error: Permission denied"), "Permission denied"],
    ["just a text", "just a text"],
    [undefined, "undefined"],
  ])("%s becomes text", (thrown, text) => {
    expect(errorText(thrown)).toBe(text);
  });

  test("has a code where the system gave it one", () => {
    expect(errorCode(Object.assign(new Error("gone"), { code: "ENOENT" }))).toBe("ENOENT");
    expect(errorCode(new Error("gone"))).toBe("");
    expect(errorCode({ code: "ENOENT" })).toBe("");
  });
});

test("a lazy value is made when it is first asked for, once, even if it is undefined", () => {
  let made = 0;
  const value = lazy(() => {
    made += 1;
    return undefined;
  });
  expect(made).toBe(0);
  value();
  value();
  expect(made).toBe(1);
});
