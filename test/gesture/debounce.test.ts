import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Clock } from "../../src/base/clock.ts";
import type { GestureKind } from "../../src/gesture/gestures/index.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createSetting, play } from "./setting.ts";

describe("bouncing contacts", () => {
  const debounced = (wanted: readonly GestureKind[] = ["press", "release"]) =>
    createSetting(wanted, { debounceMs: 30 });

  test.each<[what: string, story: string, said: string]>([
    ["the first edge acts at once", "d", "press"],
    ["bounces after it are ignored", "d 2 u 2 d 2 u 2 d 100", "press"],
    ["the release bounces as well", "d 200 u 2 d 2 u 100", "press release"],
    ["a contact that ends up open has been released", "d 2 u 2 d 2 u 100", "press release"],
    ["a contact that ends up closed is down again", "d 200 u 2 d 100", "press release press"],
    ["an edge at the end of the quiet time counts", "d 30 u", "press release"],
    ["a key that is found down in the quiet time is taken back", "d 10 held 10 u 100", "press"],
    ["a quick but real second press counts", "d 40 u 40 d 40 u", "press release press release"],
  ])("%s", async (_, story, said) => {
    const setting = debounced();
    await play(setting, story);
    expect(setting.kinds().join(" ")).toBe(said);
  });

  test("are ignored for a millisecond too, and where the hardware debounces nobody waits", async () => {
    const shortly = createSetting(["press", "release"], { debounceMs: 1 });
    await play(shortly, "d u d u d 10");
    expect(shortly.kinds()).toEqual(["press"]);
    const never = createSetting(["press", "release"], { debounceMs: 0 });
    await play(never, "d u");
    expect(never.kinds()).toEqual(["press", "release"]);
    expect(never.clock.timerCount()).toBe(0);
  });

  test("settle also when the timer comes a little early", async () => {
    const clock = createFakeClock();
    const after: Clock["after"] = (delayMs, task) => clock.after(delayMs - 1, task);
    const setting = createSetting(["press", "release"], { debounceMs: 30 }, { ...clock, after });
    await play(setting, "d 2 u 100");
    expect(setting.kinds()).toEqual(["press", "release"]);
  });

  test("settle into what the contact says in the end, however they bounce", async () => {
    const bounces = fc.array(fc.tuple(fc.constantFrom("d", "u"), fc.integer({ min: 0, max: 12 })), {
      minLength: 1,
      maxLength: 20,
    });
    await fc.assert(
      fc.asyncProperty(bounces, async (story) => {
        const setting = debounced();
        await play(setting, story.map(([edge, ms]) => `${edge} ${ms}`).join(" "));
        await setting.clock.advance(500);
        const last = setting.kinds().at(-1) ?? "release";
        expect(last).toBe(story.at(-1)![0] === "d" ? "press" : "release");
      }),
      { numRuns: 100 },
    );
  });
});
