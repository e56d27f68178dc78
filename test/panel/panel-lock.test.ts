import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lockedAtStart, type PanelLockState, passLockTime, typeDigit } from "../../src/panel/panel-lock.ts";

const settings = { pin: "2580", attempts: 3, refuseMs: 60_000, lockAfterMs: 120_000 };

function typeAll(digits: string, { from = lockedAtStart as PanelLockState, nowMs = 0 } = {}): PanelLockState {
  return [...digits].reduce((state, digit) => typeDigit(state, digit, { settings, nowMs }), from);
}

describe("a locked panel", () => {
  test.each<[digits: string, PanelLockState]>([
    ["", lockedAtStart],
    ["2", { kind: "locked", typed: "2", typedMs: 7, wrong: 0 }],
    ["258", { kind: "locked", typed: "258", typedMs: 7, wrong: 0 }],
    ["2580", { kind: "unlocked", touchedMs: 7 }],
    ["2581", { kind: "locked", typed: "", typedMs: 0, wrong: 1 }],
    ["0852", { kind: "locked", typed: "", typedMs: 0, wrong: 1 }],
    ["00002580", { kind: "unlocked", touchedMs: 7 }],
    ["00001111", { kind: "locked", typed: "", typedMs: 0, wrong: 2 }],
    ["0000111125", { kind: "locked", typed: "25", typedMs: 7, wrong: 2 }],
    ["000011112222", { kind: "refusing", untilMs: 60_007 }],
    ["0000111122222580", { kind: "refusing", untilMs: 60_007 }],
    ["02580", { kind: "locked", typed: "0", typedMs: 7, wrong: 1 }],
  ])('after "%s"', (digits, expected) => {
    expect(typeAll(digits, { nowMs: 7 })).toEqual(expected);
  });

  test("gives away nothing about which digit was wrong", () => {
    const digit = fc.constantFrom(..."0123456789");
    fc.assert(
      fc.property(fc.array(digit, { minLength: 4, maxLength: 4 }), (digits) => {
        fc.pre(digits.join("") !== settings.pin);
        for (const length of [1, 2, 3]) {
          const typed = digits.slice(0, length).join("");
          expect(typeAll(typed)).toEqual({ kind: "locked", typed, typedMs: 0, wrong: 0 });
        }
        expect(typeAll(digits.join(""))).toEqual({ ...lockedAtStart, wrong: 1 });
      }),
    );
  });

  test("forgets digits that somebody left behind, but no wrong try", () => {
    const left = typeAll("00000", { nowMs: 1000 });
    expect(passLockTime(left, { settings, nowMs: 5999 })).toBe(left);
    expect(passLockTime(left, { settings, nowMs: 6000 })).toEqual({ ...lockedAtStart, wrong: 1 });
    expect(typeAll("2580", { from: left, nowMs: 6000 })).toEqual({ kind: "unlocked", touchedMs: 6000 });
    expect(typeAll("2580", { from: left, nowMs: 5999 })).toMatchObject({ kind: "locked", wrong: 2 });
  });

  test("opens to no PIN at all when the PIN is empty or has anything but digits", () => {
    for (const pin of ["", "never", "25 80"]) {
      let state: PanelLockState = lockedAtStart;
      for (const digit of "2580258025802580")
        state = typeDigit(state, digit, { settings: { ...settings, pin }, nowMs: 0 });
      expect(state.kind, pin).toBe("refusing");
    }
  });
});

describe("time", () => {
  const unlocked: PanelLockState = { kind: "unlocked", touchedMs: 1000 };
  const refusing: PanelLockState = { kind: "refusing", untilMs: 60_000 };

  test.each<{ what: string; state: PanelLockState; nowMs: number; after: PanelLockState }>([
    { what: "leaves a locked panel locked", state: lockedAtStart, nowMs: 1e9, after: lockedAtStart },
    { what: "leaves a panel in use open", state: unlocked, nowMs: 120_999, after: unlocked },
    { what: "locks an idle panel", state: unlocked, nowMs: 121_000, after: lockedAtStart },
    { what: "lets nobody in while it refuses", state: refusing, nowMs: 59_999, after: refusing },
    { what: "ends the refusal, all tries again", state: refusing, nowMs: 60_000, after: lockedAtStart },
  ])("$what", ({ state, nowMs, after }) => {
    expect(passLockTime(state, { settings, nowMs })).toEqual(after);
  });

  test("that has passed counts for the digit that is typed then", () => {
    expect(typeDigit(refusing, "2", { settings, nowMs: 59_999 })).toBe(refusing);
    expect(typeDigit(refusing, "2", { settings, nowMs: 60_000 })).toMatchObject({
      kind: "locked",
      typed: "2",
    });
    expect(typeDigit(unlocked, "2", { settings, nowMs: 2000 })).toBe(unlocked);
    expect(typeDigit(unlocked, "2", { settings, nowMs: 121_000 })).toMatchObject({
      kind: "locked",
      typed: "2",
    });
  });

  test("spent typing is not a way round the limit", () => {
    let state: PanelLockState = lockedAtStart;
    for (let attempt = 0; attempt < 3; attempt++)
      state = typeAll("0000", { from: state, nowMs: attempt * 3_600_000 });
    expect(state.kind).toBe("refusing");
  });
});
