import { describe, expect, it } from "vitest";
import { describeControls, eventOf } from "../../../devices/osc/controls.ts";
import type { OscArgument } from "../../../devices/osc/message.ts";
import { createStrokeReader } from "../../../devices/osc/stroke.ts";
import { controlId } from "../../../src/driver/contract.ts";

const CONTROLS = describeControls({ encoders: ["/dial"], faders: ["/level"], pulses: ["/card"] }, [
  controlId("/key"),
  controlId("/dial"),
  controlId("/level"),
  controlId("/card"),
]);

function report(address: string, ...args: readonly OscArgument[]) {
  const control = CONTROLS.find(({ id }) => id === address)!;
  return eventOf(control, { address, args }, createStrokeReader({ on: [], off: [] }));
}

const number = (value: number | null): OscArgument => ({ tag: "f", value });
const text = (value: string): OscArgument => ({ tag: "s", value });
const flag = (value: boolean): OscArgument => ({ tag: value ? "T" : "F", value });

describe("a button", () => {
  it("goes down and up, and pulses where there is no release to come", () => {
    expect(report("/key", number(1))).toEqual({ kind: "down", control: "/key" });
    expect(report("/key", number(0))).toEqual({ kind: "up", control: "/key" });
    expect(report("/key")).toEqual({ kind: "pulsed", control: "/key", values: [] });
    expect(report("/key", { tag: "N", value: null })).toBeUndefined();
  });
});

describe("an encoder", () => {
  it.each([
    [number(3), 3],
    [number(-2), -2],
    [number(0.6), 1],
    [number(1e30), 100],
    [number(-1e30), -100],
    [text("2"), 2],
    [flag(true), 1],
    [flag(false), -1],
  ])("turns by what %j says", (argument, detents) => {
    expect(report("/dial", argument)).toEqual({ kind: "turned", control: "/dial", detents });
  });

  it.each([[number(0)], [number(0.4)], [number(-0.4)], [number(null)], [text("up")], [text("")]])(
    "does not turn for %j",
    (argument) => {
      expect(report("/dial", argument)).toBeUndefined();
    },
  );

  it("does not turn without a direction", () => {
    expect(report("/dial")).toBeUndefined();
  });
});

describe("a fader", () => {
  it.each([
    [number(0.25), 0.25],
    [number(7), 1],
    [number(-1), 0],
    [flag(true), 1],
    [flag(false), 0],
    [text("0.5"), 0.5],
  ])("moves to what %j says, within its ends", (argument, fraction) => {
    expect(report("/level", argument)).toEqual({ kind: "moved", control: "/level", fraction });
  });

  it.each([[number(null)], [text("half")], [text("")]])("does not move for %j", (argument) => {
    expect(report("/level", argument)).toBeUndefined();
  });
});

describe("a pulse", () => {
  it("reports all values, whatever they are", () => {
    const values = ["04A1", 3, true, null];
    expect(report("/card", text("04A1"), number(3), flag(true), number(null))).toEqual({
      kind: "pulsed",
      control: "/card",
      values,
    });
    expect(report("/card")).toEqual({ kind: "pulsed", control: "/card", values: [] });
  });
});
