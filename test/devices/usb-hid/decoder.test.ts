import { describe, expect, it } from "vitest";
import { createDecoder } from "../../../devices/usb-hid/read/decoder.ts";
import { told } from "../../driver/hid/noting-host.ts";
import { profileReading, profileWith } from "./bench.ts";

/** What a decoder tells of one report after the other; bytes that are not given are 0. */
function tell(controls: readonly Record<string, unknown>[], ...reports: readonly (readonly number[])[]) {
  const decoder = createDecoder(profileReading(...controls));
  return reports.map((bytes) =>
    told(decoder.decode(Uint8Array.from({ length: 8 }, (_, at) => bytes[at] ?? 0))).join(", "),
  );
}

describe("a button", () => {
  it("is down while its bits are set, whatever else changes", () => {
    const button = { kind: "button", id: "go", at: 1, mask: "0x18" };
    expect(tell([button], [0], [0, 8], [9, 0x10], [9, 7], [0, 0xff])).toEqual([
      "",
      "down go",
      "",
      "up go",
      "down go",
    ]);
  });

  it("may be down at zero, or at one value alone", () => {
    expect(tell([{ kind: "button", id: "go", at: 0, invert: true }], [1], [0], [2])).toEqual([
      "",
      "down go",
      "up go",
    ]);
    expect(tell([{ kind: "button", id: "go", at: 0, equals: 3 }], [1], [3], [2])).toEqual([
      "",
      "down go",
      "up go",
    ]);
  });
});

describe("keys that are bits", () => {
  it("are numbered along bytes, or row by row where a byte is a column", () => {
    const along = { kind: "bits", id: "key-{n}", at: 0, bytes: 2, perByte: 3 };
    expect(tell([along], [0, 2], [0, 0])).toEqual(["down key-5", "up key-5"]);
    expect(tell([{ ...along, order: "across-bytes" }], [0, 2])).toEqual(["down key-4"]);
  });

  it("may begin at a bit, be named one by one and leave numbers out", () => {
    const pedals = { kind: "bits", ids: ["left", "middle", "right"], at: 0, firstBit: 1, count: 3 };
    expect(tell([pedals], [1], [5], [9])).toEqual(["", "down middle", "up middle, down right"]);
    const gap = { kind: "bits", id: "key-{n}", at: 0, skip: [2] };
    expect(tell([gap], [2], [4])).toEqual(["", "down key-3"]);
  });
});

describe("other shapes", () => {
  it("are keys of a byte each", () => {
    expect(tell([{ kind: "bytes", id: "key-{n}", at: 4, count: 3 }], [0, 0, 0, 0, 0, 1])).toEqual([
      "down key-2",
    ]);
  });

  it("are moments: a touch that begins and ends, a click without an end", () => {
    const touch = { kind: "event", id: "touch", down: [{ at: 3, equals: 4 }], up: [{ at: 3, equals: 2 }] };
    expect(tell([touch], [], [0, 0, 0, 4], [0, 0, 0, 1], [0, 0, 0, 4], [0, 0, 0, 2], [])).toEqual([
      "",
      "down touch",
      "",
      "",
      "up touch",
      "",
    ]);
    const click = { kind: "event", id: "key", click: [{ at: 0, equals: 0x68 }] };
    expect(tell([click], [0x68], [0x68], [0], [0x68])).toEqual(["pulsed key", "", "", "pulsed key"]);
  });

  it("are positions, of which the first is no movement", () => {
    const shuttle = { kind: "value", id: "shuttle", at: 0, signed: true, from: -7, to: 7 };
    expect(tell([shuttle], [0], [7], [7], [0xf9], [0x80])).toEqual([
      "",
      "moved shuttle 1",
      "",
      "moved shuttle 0",
      "",
    ]);
    const wide = {
      kind: "value",
      id: "bar",
      at: 0,
      size: 2,
      endian: "big",
      mask: "0x03ff",
      from: 1023,
      to: 0,
    };
    expect(tell([wide], [0, 0], [0xff, 0xff], [2, 0])).toEqual([
      "",
      "moved bar 0",
      expect.stringMatching(/^moved bar 0\.49/),
    ]);
  });

  it("are turns: differences count each time, counters by their difference, the shorter way round", () => {
    const jog = { kind: "delta", id: "jog", at: 0, signed: true };
    expect(tell([jog], [1], [1], [0], [0xfe])).toEqual(["turned jog 1", "turned jog 1", "", "turned jog -2"]);
    const counter = { kind: "delta", id: "dial", at: 0, wrap: 256, perDetent: 2, reverse: true };
    expect(tell([counter], [254], [255], [0], [4], [250])).toEqual([
      "",
      "",
      "turned dial -1",
      "turned dial -2",
      "turned dial 5",
    ]);
  });

  it("are lists of codes, of which a roll-over says nothing", () => {
    const keyboard = { kind: "usages", at: 2, count: 6, keys: { "0x04": "a", "5": "b" } };
    expect(tell([keyboard], [0, 0, 4], [0, 0, 1, 1, 1, 1, 1, 1], [0, 0, 5, 4], [0, 0, 9, 5])).toEqual([
      "down a",
      "",
      "down b",
      "up a",
    ]);
  });

  it("are hats, which are two directions at once in between", () => {
    const hat = { kind: "hat", id: "hat", at: 0, mask: 15 };
    expect(tell([hat], [15], [0], [1], [2], [7], [8])).toEqual([
      "",
      "down hat-up",
      "down hat-right",
      "up hat-up",
      "down hat-up, up hat-right, down hat-left",
      "up hat-up, up hat-left",
    ]);
  });

  it("are dials that can be pushed: one control", () => {
    const { controls } = createDecoder(
      profileReading(
        { kind: "button", id: "knob", at: 0 },
        { kind: "delta", id: "knob", at: 1, signed: true },
      ),
    );
    expect(controls).toMatchObject([{ id: "knob", input: { shape: "encoder", push: "button" } }]);
  });
});

describe("reports", () => {
  const profile = profileWith({
    input: {
      length: 4,
      unitId: { at: 1 },
      reports: [
        { id: 1, when: [{ at: 2, atMost: 3, not: 2 }], controls: [{ kind: "button", id: "one", at: 3 }] },
        { id: 2, continue: true, controls: [{ kind: "button", id: "two", at: 2 }] },
        { id: 2, controls: [{ kind: "button", id: "three", at: 3 }] },
      ],
    },
  });

  it("go to the first rule that fits, and on where it says so", () => {
    const decoder = createDecoder(profile);
    const tellOne = (...bytes: number[]) => told(decoder.decode(Uint8Array.from(bytes)));
    expect(tellOne(1, 9, 4, 1)).toEqual([]);
    expect(tellOne(1, 9, 2, 1)).toEqual([]);
    expect(decoder.unitId?.()).toBeUndefined();
    expect(tellOne(1, 9, 3, 1)).toEqual(["down one"]);
    expect(tellOne(2, 9, 1, 0)).toEqual(["down two"]);
    expect(tellOne(2, 9, 1, 1)).toEqual(["down three"]);
    expect(tellOne(3, 0, 0, 0)).toEqual([]);
    expect(decoder.unitId?.()).toBe(9);
  });

  it("that are too short tell what is there, leave the rest as it was, and are told once", () => {
    const drops: string[] = [];
    const keys = profileReading(
      { kind: "bits", id: "key-{n}", at: 0, bytes: 2 },
      { kind: "button", id: "lid", at: 2, invert: true },
      { kind: "value", id: "bar", at: 3, from: 0, to: 255 },
    );
    const decoder = createDecoder(keys, { tellsHeld: () => false, dropped: (why) => drops.push(why) });
    const tell = (...bytes: number[]) => told(decoder.decode(Uint8Array.from(bytes)));
    expect(tell(0, 0, 1, 0)).toEqual([]);
    expect(tell(1, 1, 1, 0)).toEqual(["down key-1", "down key-9"]);
    expect(tell(2)).toEqual(["up key-1", "down key-2"]);
    expect(tell()).toEqual([]);
    expect(tell(2, 0)).toEqual(["up key-9"]);
    expect(drops).toEqual(["the rest of a report of 1 bytes where 4 are needed"]);
  });

  it("of a position that trembles tell nothing within its dead band, and its ends always", () => {
    const bar = profileReading({ kind: "value", id: "bar", at: 0, from: 0, to: 255, deadBand: 2 });
    const decoder = createDecoder(bar);
    const tell = (...values: number[]) =>
      values.flatMap((value) => told(decoder.decode(Uint8Array.of(value))));
    expect(tell(100, 101, 99, 102, 98)).toEqual([]);
    expect(tell(103, 104, 102, 105)).toHaveLength(1);
    expect(tell(253, 254, 255, 254)).toEqual([expect.any(String), "moved bar 1"]);
  });

  it("that come first tell what is held when they were asked for, or when several keys are down in them", () => {
    const keys = profileReading(
      { kind: "bits", id: "key-{n}", at: 0 },
      { kind: "event", id: "e", click: [{ at: 1, equals: 1 }] },
    );
    const first = (tellsHeld: boolean, ...bytes: number[]) =>
      told(
        createDecoder(keys, { tellsHeld: () => tellsHeld, dropped: () => undefined }).decode(
          Uint8Array.from({ length: 8 }, (_, at) => bytes[at] ?? 0),
        ),
      );
    expect(first(false, 1)).toEqual(["down key-1"]);
    expect(first(true, 1, 1)).toEqual(["held key-1"]);
    expect(first(false, 5, 1)).toEqual(["held key-1", "held key-3", "pulsed e"]);
  });
});
