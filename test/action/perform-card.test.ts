import { describe, expect, test } from "vitest";
import { failures } from "../support/fake-valt.ts";
import { createPerformSetting, ROOM, settle } from "./setting.ts";

const CARD = { author: { card: "00421" } };

describe("a start by card", () => {
  function shown(options: { atMs?: number } = {}) {
    const setting = createPerformSetting();
    setting.see("available");
    return { ...setting, start: setting.press("start", { wish: CARD, ...options }) };
  }

  test("asks whose card it is, which shows as pending, and records for them", async () => {
    const { asked, commands, store, start, press } = shown();
    await settle();
    expect(asked).toMatchObject([{ what: "card", request: "00421" }]);
    expect(store.get(ROOM).pending).toMatchObject({ command: "start", phase: "sent" });
    asked[0]!.answer({ id: 9 } as never);
    await settle();
    expect(commands()).toEqual(["card", "start"]);
    expect(asked[1]!.request).toMatchObject({ wish: { name: "named by the room", author: 9 } });
    asked[1]!.answer({});
    await settle();
    expect(start.outcome).toEqual({ kind: "done" });
    press("stop");
    await settle();
    expect(commands()).toEqual(["card", "start", "stop"]);
  });

  test("is refused when nobody has the card", async () => {
    const { asked, commands, store, start } = shown();
    asked[0]!.answer(undefined as never);
    await settle();
    expect(start.outcome).toEqual({ kind: "refused", reason: "unknown-card" });
    expect(store.get(ROOM)).toMatchObject({ pending: undefined, trouble: { text: "nobody has this card" } });
    expect(commands()).toEqual(["card"]);
  });

  test("has failed when the server cannot say whose it is", async () => {
    const { asked, commands, store, start } = shown();
    asked[0]!.refuse(failures.unreachable);
    await settle();
    expect(start.outcome).toEqual({ kind: "failed", failure: failures.unreachable });
    expect(store.get(ROOM)).toMatchObject({ pending: undefined, trouble: { text: "no server" } });
    expect(commands()).toEqual(["card"]);
  });

  test("has expired when that is not known by the press's deadline", async () => {
    const { clock, commands, asked, start } = shown();
    await clock.advance(1999);
    expect(start.outcome).toBe("not yet");
    await clock.advance(1);
    expect(start.outcome).toEqual({ kind: "expired" });
    asked[0]!.answer({ id: 9 } as never);
    await settle();
    expect(commands()).toEqual(["card"]);
  });

  test("has what is left of its deadline", async () => {
    const setting = createPerformSetting();
    setting.see("available");
    await setting.clock.advance(1500);
    const start = setting.press("start", { wish: CARD, atMs: 0 });
    await setting.clock.advance(499);
    expect(start.outcome).toBe("not yet");
    await setting.clock.advance(1);
    expect(start.outcome).toEqual({ kind: "expired" });
  });

  test("has expired when the clocks leap meanwhile", async () => {
    const { asked, commands, performer, start } = shown();
    performer.expireWaiting();
    asked[0]!.answer({ id: 9 } as never);
    await settle();
    expect(start.outcome).toEqual({ kind: "expired" });
    expect(commands()).toEqual(["card"]);
  });
});

test.each([
  [{ card: "1234" }, "a number of 4 digits is a PIN and no card here"],
  [{ pin: "00421" }, "a PIN has 4 digits here"],
])(
  "a start by %j is refused without asking, for it could be somebody else's number",
  async (author, text) => {
    const { see, press, commands, store } = createPerformSetting();
    see("available");
    const start = press("start", { wish: { author } });
    await settle();
    expect([start.outcome, commands()]).toEqual([{ kind: "refused", reason: "unknown-card" }, []]);
    expect(store.get(ROOM).trouble?.text).toBe(text);
  },
);

test("a request is on record with whose it is, where that is known", async () => {
  const { see, press, asked, authors } = createPerformSetting();
  see("available");
  press("start", { wish: CARD });
  await settle();
  asked[0]!.answer({ id: 9 } as never);
  await settle();
  asked[1]!.answer({});
  await settle();
  press("stop");
  await settle();
  expect(authors).toStrictEqual([{ author: 9 }, {}]);
});

test("a toggle by card that stops a recording asks nobody whose card it is", async () => {
  const { see, press, commands } = createPerformSetting();
  see("recording");
  press("toggle", { wish: CARD });
  await settle();
  expect(commands()).toEqual(["stop"]);
});

test("a start without an author names none, so that the room's habit counts", async () => {
  const { see, press, asked } = createPerformSetting();
  see("available");
  press("start");
  expect((asked[0]!.request as { wish: object }).wish).toStrictEqual({ name: "named by the room" });
});
