import { describe, expect, it } from "vitest";
import { createLamps } from "../../../devices/usb-hid/write/lamps.ts";
import { controlId } from "../../../src/driver/contract.ts";
import { lamp, profileWith } from "./bench.ts";

type Parts = Record<string, unknown>;

/** The bytes of a frame, with the id in front, for one lamp that shows something. */
function encode(frame: Parts, frameShown = lamp([255, 0, 128]), { length, ...parts }: Parts = {}) {
  const lamps = createLamps(
    profileWith({ output: { length, lamps: { led: { can: "rgb", set: [frame], ...parts } } } }),
  );
  return lamps.show(controlId("led"), frameShown).map(({ bytes }) => Buffer.from(bytes).toString("hex"));
}

describe("a frame", () => {
  it("has its id in front and is padded to the report's length", () => {
    expect(encode({ bytes: ["0xb5", 1, "red"] })).toEqual(["00b501ff"]);
    expect(encode({ bytes: [1], id: "0x65", length: 4 })).toEqual(["6501000000"]);
    expect(encode({ bytes: [1] }, undefined, { length: 3 })).toEqual(["00010000"]);
    expect(encode({ bytes: [1], via: "feature" }, undefined, { length: 3 })).toEqual(["0001"]);
  });

  it("scales, calculates, packs bits and looks up", () => {
    const bytes = [
      { variable: "blue", scale: [255, 100] },
      {
        expression: [
          ["set", "index"],
          ["multiply", 300],
          ["add", 258],
        ],
        size: 2,
      },
      { expression: [["set", 258]], size: 2, endian: "little" },
      {
        expression: [
          ["set", 7],
          ["divide", 0],
        ],
      },
      {
        bits: [
          { shift: 4, width: 4, value: "speed" },
          { shift: 0, width: 1, value: "on" },
        ],
        xor: 255,
      },
      { map: "state", of: { dark: 0, steady: 1, fast: 9 }, otherwise: 5 },
      { map: "speed", of: { "0x07": 3 } },
    ];
    expect(encode({ bytes }, lamp([255, 0, 128], "fast"), { vars: { speed: 7 } })).toEqual([
      "00" + "32" + "0102" + "0201" + "00" + "8e" + "09" + "03",
    ]);
    expect(encode({ bytes: [bytes[5]!] }, lamp([1, 1, 1], "double"))).toEqual(["0005"]);
  });

  it("repeats, counting its steps", () => {
    expect(encode({ bytes: [{ repeat: 3, bytes: ["step", "red"] }] })).toEqual(["0000ff01ff02ff"]);
  });

  it.each([
    ["sum8", "dd"],
    ["negative8", "23"],
    ["xor8", "31"],
    ["sum16-big", "01dd"],
    ["sum16-little", "dd01"],
    // The check values that every table of CRCs has for "123456789".
    ["crc16-modbus", "374b"],
    ["crc16-ccitt", "29b1"],
  ])("carries %s over the bytes it is told", (kind, expected) => {
    const bytes = [0, ...Buffer.from("123456789")];
    const [encoded] = encode({ bytes, length: 12, checksum: { kind, from: 1, to: 9, at: 10 } });
    expect(encoded?.slice(22, 22 + expected.length)).toBe(expected);
  });
});

describe("lamps", () => {
  const profile = profileWith({
    output: {
      frames: {
        all: { bytes: ["a:on", "b:on"] },
        fast: { bytes: [9] },
      },
      init: ["all"],
      close: [{ bytes: [7] }],
      keepAlive: { everyMs: 1000, frames: [{ bytes: [5] }], repeatLamps: true },
      lamps: {
        a: { can: "mono", set: ["all"] },
        b: { can: "mono", set: ["all", { frame: "fast", when: { blink: ["fast", "double"], on: 1 } }] },
      },
    },
  });
  const hex = (reports: readonly { bytes: Uint8Array }[]) =>
    reports.map(({ bytes }) => Buffer.from(bytes).toString("hex"));

  it("share a report, which then carries what all of them show, once", () => {
    const lamps = createLamps(profile);
    expect(hex(lamps.init())).toEqual(["000000"]);
    expect(hex(lamps.show(controlId("b"), lamp([255, 255, 255])))).toEqual(["000001"]);
    expect(hex(lamps.show(controlId("a"), lamp([255, 255, 255])))).toEqual(["000101"]);
    expect(hex(lamps.keepAlive())).toEqual(["0005", "000101"]);
    expect(hex(lamps.darken())).toEqual(["000000"]);
    expect(hex(lamps.close())).toEqual(["0007"]);
  });

  it("send some frames only in some states", () => {
    const lamps = createLamps(profile);
    expect(hex(lamps.show(controlId("b"), lamp([255, 255, 255], "double")))).toEqual(["000001", "0009"]);
    expect(hex(lamps.show(controlId("b"), lamp([255, 255, 255], "slow")))).toEqual(["000001"]);
  });

  it("of a few colours show the nearest, by its number", () => {
    const palette = { can: { palette: { red: 96, "#00ff00": 216, yellow: 64 } } };
    expect(encode({ bytes: ["palette"] }, lamp([250, 10, 0]), palette)).toEqual(["0060"]);
    expect(encode({ bytes: ["palette"] }, lamp([30, 255, 0]), palette)).toEqual(["00d8"]);
    expect(encode({ bytes: ["palette", "state"] }, lamp([0, 0, 0]), palette)).toEqual(["000000"]);
  });

  it("of switched colours mix what is mostly there", () => {
    expect(encode({ bytes: ["red", "green", "blue"] }, lamp([90, 20, 60]), { can: "bits" })).toEqual([
      "00ff00ff",
    ]);
  });

  it("by a template know their place", () => {
    const lamps = createLamps(
      profileWith({
        output: {
          lamps: {
            "key-{n}": {
              count: 6,
              columns: 3,
              skip: [2],
              can: "mono",
              set: [{ bytes: ["n", "index", "column", "row", "on"] }],
            },
          },
        },
      }),
    );
    expect(hex(lamps.show(controlId("key-5"), lamp([1, 1, 1])))).toEqual(["000504010101"]);
    expect(() => lamps.show(controlId("key-2"), lamp([1, 1, 1]))).toThrow("no lamp key-2");
    expect(lamps.repeat()).toHaveLength(5);
    expect(hex(lamps.darken())).toEqual(["000504010100"]);
    expect(lamps.darken()).toEqual([]);
  });
});
