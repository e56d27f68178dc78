import { describe, expect, test } from "vitest";
import { createPerformSetting, ROOM, settle } from "./setting.ts";

const done = { kind: "done" };

describe("a room whose name is asked for first", () => {
  function asking() {
    const setting = createPerformSetting();
    let settleName: (verdict: "right" | "wrong") => void = () => undefined;
    setting.verdicts.push(new Promise((resolve) => (settleName = resolve)));
    return { ...setting, settleName: (verdict: "right" | "wrong") => settleName(verdict) };
  }

  test("shows at once that the press was taken, and is told what was meant when the name is right", async () => {
    const { press, see, commands, store, settleName, asked } = asking();
    see("available");
    const start = press("start");
    expect(store.get(ROOM).pending?.command).toBe("start");
    expect(commands()).toEqual([]);
    settleName("right");
    await settle();
    expect(commands()).toEqual(["start"]);
    asked[0]!.answer({});
    await settle();
    expect(start.outcome).toEqual(done);
  });

  test("is told nothing when the name is wrong, and a stop pressed meanwhile keeps its turn", async () => {
    const { press, see, asked, commands, store, settleName } = asking();
    see("available");
    const [start, stop] = [press("start"), press("stop")];
    settleName("wrong");
    await settle();
    expect(start.outcome).toEqual({ kind: "refused", reason: "wrong-room" });
    expect(store.get(ROOM)).toMatchObject({ pending: { command: "stop" } });
    expect(commands()).toEqual(["stop"]);
    asked[0]!.answer({});
    await settle();
    expect(stop.outcome).toEqual({ kind: "done" });
  });

  test("may be stopped without asking", async () => {
    const { press, see, commands } = asking();
    see("recording");
    press("stop");
    await settle();
    expect(commands()).toEqual(["stop"]);
  });
});
