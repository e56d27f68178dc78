import { describe, expect, test } from "vitest";
import { createPerformSetting, settle } from "./setting.ts";

describe("a toggle", () => {
  test("mashed a thousand times gives one command", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("available");
    for (let count = 0; count < 1000; count++) {
      press("toggle");
      if (count === 300) asked[0]!.answer({});
      if (count === 600) see("recording");
      await clock.advance(9);
    }
    expect(commands()).toEqual(["start"]);
  }, 20_000);

  test("works again after half a second of rest", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("available");
    press("toggle");
    asked[0]!.answer({});
    await clock.advance(500);
    see("recording");
    press("toggle");
    expect(commands()).toEqual(["start", "stop"]);
  });

  test("is refused while the state is unknown", async () => {
    const { press, commands } = createPerformSetting();
    const toggle = press("toggle");
    await settle();
    expect(toggle.outcome).toEqual({ kind: "refused", reason: "state-unknown" });
    expect(commands()).toEqual([]);
  });

  test("is refused once the state has grown stale", async () => {
    const { press, see, clock, commands } = createPerformSetting();
    see("recording");
    await clock.advance(60_000);
    const toggle = press("toggle");
    await settle();
    expect(toggle.outcome).toEqual({ kind: "refused", reason: "state-unknown" });
    expect(commands()).toEqual([]);
  });

  test("is refused while a command is under way, answered or not", async () => {
    const { press, see, asked, commands, clock } = createPerformSetting();
    see("available");
    press("start");
    const early = press("toggle");
    asked[0]!.answer({});
    await clock.advance(600);
    const late = press("toggle");
    await settle();
    expect([early.outcome, late.outcome]).toEqual([
      { kind: "refused", reason: "busy" },
      { kind: "refused", reason: "busy" },
    ]);
    expect(commands()).toEqual(["start"]);
  });

  test.each([
    ["still is idle", "available", { kind: "refused", reason: "not-recording" }],
    ["records by now", "recording", "not yet"],
  ] as const)(
    "that the last look speaks against is looked at first: the room %s",
    async (_, status, outcome) => {
      const { press, see, asked, commands } = createPerformSetting();
      see("available");
      const toggle = press("toggle-pause");
      expect(commands()).toEqual(["look"]);
      asked[0]!.answer(status as never);
      await settle();
      expect(toggle.outcome).toEqual(outcome);
      expect(commands()).toEqual(status === "recording" ? ["look", "pause"] : ["look"]);
    },
  );
});
