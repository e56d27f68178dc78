import { expect, test } from "vitest";
import { TestPattern } from "../../src/panel/test-pattern.ts";
import { createFakeClock } from "../support/fake-clock.ts";

function createSetting() {
  const clock = createFakeClock();
  const seen: (string | undefined)[] = [];
  const pattern: TestPattern = new TestPattern(clock, () => seen.push(pattern.look?.color));
  return { clock, seen, pattern };
}

test("a lamp test walks the colours, and ends by itself", async () => {
  const { clock, seen, pattern } = createSetting();
  pattern.begin("lamp-test", "desk");
  await clock.advance(2999);
  expect([seen, pattern.look?.text]).toEqual([["red", "green", "blue", "white", "off"], ""]);
  await clock.advance(1);
  expect([seen.at(-1), pattern.look]).toEqual([undefined, undefined]);
});

test("a panel that is looked for shows its name for five seconds", async () => {
  const { clock, seen, pattern } = createSetting();
  pattern.begin("identify", "desk");
  expect(pattern.look).toMatchObject({ text: "desk", color: "blue" });
  await clock.advance(5000);
  expect([seen, pattern.look]).toEqual([["blue", undefined], undefined]);
});

test("another one takes the place of the first, and none is left of what was ended", async () => {
  const { clock, seen, pattern } = createSetting();
  pattern.begin("lamp-test", "desk");
  pattern.begin("identify", "desk");
  await clock.advance(1000);
  expect(pattern.look?.text).toBe("desk");
  pattern.end();
  await clock.advance(10_000);
  expect(seen).toEqual(["red", "blue"]);
});
