import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { GestureKind } from "../../src/gesture/gesture.ts";
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
    ["a quick but real second press counts", "d 40 u 40 d 40 u", "press release press release"],
  ])("%s", async (_, story, said) => {
    const setting = debounced();
    await play(setting, story);
    expect(setting.kinds().join(" ")).toBe(said);
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
