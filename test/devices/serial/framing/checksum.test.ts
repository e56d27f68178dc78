import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSeal, sealLength } from "../../../../devices/serial/framing/checksum.ts";
import { type ChecksumSpec, checksumSchema } from "../../../../devices/serial/framing/frame-spec.ts";
import { bytes, cut, frame, hex, openBench } from "./cutting.ts";

const KINDS = ["sum8", "neg8", "xor8", "sum16", "crc16-modbus", "crc16-ccitt"] as const;

describe("a checksum over 123456789", () => {
  test.each([
    ["sum8", {}, "dd"],
    ["neg8", {}, "23"],
    ["xor8", {}, "31"],
    ["sum16", {}, "01dd"],
    ["crc16-modbus", { byteOrder: "big" }, "4b37"],
    ["crc16-modbus", {}, "374b"],
    ["crc16-ccitt", {}, "29b1"],
    ["crc16-ccitt", { byteOrder: "little" }, "b129"],
    ["crc16-ccitt", { written: "hex" }, "32394231"],
    ["sum8", { from: 8 }, "39"],
  ])("%s %o is %s", (kind, options, expected) => {
    const seal = createSeal(checksumSchema.parse({ kind, ...options }));
    expect(Buffer.from(seal(bytes("123456789")) ?? []).toString("hex")).toBe(expected);
  });
});

test("Modbus ASCII's LRC is reckoned over the bytes that the hex stands for", () => {
  const spec = frame({ kind: "delimiter", ends: ["\r\n"], start: ":", checksum: { kind: "modbus-lrc" } });
  // The request of the Modbus over serial line specification: 11 03 006B 0003 has the LRC 7E.
  expect(cut(spec, ":1103006B00037E\r\n")).toEqual(["1103006B0003"]);
  expect(cut(spec, ":1103006B00037e\r\n:1103006B00037F\r\n:zz7E\r\n")).toEqual(["1103006B0003"]);
});

describe.each(KINDS)("%s", (kind) => {
  const written = ["binary", "hex"] as const;

  test.each(written)("in %s form lets what is right pass, and nothing with one bit changed", (form) => {
    const checksum: ChecksumSpec = checksumSchema.parse({ kind, written: form });
    const spec = frame({ kind: "brackets", escape: "\x10", checksum, longestBytes: 64 });
    const seal = createSeal(checksum);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), fc.nat(), (payload, flip) => {
        const whole = Buffer.concat([payload, seal(payload)!]);
        expect(cut(spec, wrap(whole))).toEqual([Buffer.from(payload).toString("latin1")]);
        const bit = flip % (whole.length * 8);
        whole[bit >> 3]! ^= 1 << (bit & 7);
        const changed = cut(spec, wrap(whole));
        // In hex form a changed letter case says the same.
        if (form === "binary") expect(changed).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

test("a header that is left out of the payload counts for the checksum", () => {
  const checksum = { kind: "sum8", covers: "all" };
  const spec = frame({
    kind: "length-prefixed",
    sync: "\xaa",
    lengthAt: 1,
    addBytes: 3,
    skipBytes: 1,
    checksum,
  });
  expect(cut(spec, hex("aa 02 10 20 dc"))).toEqual([hex("10 20")]);
});

test("a wrong checksum is counted, and with a sync the next frame is found at once", () => {
  const checksum = { kind: "sum8", covers: "all" };
  const bench = openBench(frame({ kind: "fixed", lengthBytes: 4, sync: "\xa5", checksum }));
  bench.push(hex("a5 01 01 00  a5 01 02 a8"));
  // The first byte of the next frame may stand within the wrong one.
  bench.push(hex("a5 00 a5 03 04 ac"));
  expect(bench.frames).toEqual([hex("01 02"), hex("03 04")]);
  expect(bench.dropped).toContain("wrong checksum");
});

test("a flood of syncs costs no more than other noise, and the next frame after silence is found", async () => {
  const checksum = { kind: "crc16-ccitt" };
  const spec = frame({ kind: "fixed", lengthBytes: 4096, sync: "\xa5", checksum, longestBytes: 4096 });
  const bench = openBench(spec);
  bench.push("\xa5".repeat(60_000));
  // At most five sums for the length of a frame: without that bound it would be four thousand.
  expect(bench.dropped.length).toBeLessThanOrEqual(5 * Math.ceil(60_000 / 4096));
  await bench.clock.advance(500);
  const payload = "x".repeat(4093);
  const seal = createSeal(checksumSchema.parse(checksum))(bytes(payload))!;
  bench.push(`\xa5${payload}${Buffer.from(seal).toString("latin1")}`);
  expect(bench.frames).toEqual([payload]);
});

test("its length on the line is known beforehand", () => {
  expect(KINDS.map((kind) => sealLength(checksumSchema.parse({ kind })))).toEqual([1, 1, 1, 2, 2, 2]);
  expect(sealLength(checksumSchema.parse({ kind: "modbus-lrc" }))).toBe(2);
  expect(sealLength(undefined)).toBe(0);
});

function wrap(payload: Uint8Array): string {
  const escaped = [...payload].flatMap((byte) => ([0x02, 0x03, 0x10].includes(byte) ? [0x10, byte] : [byte]));
  return `\x02${Buffer.from(escaped).toString("latin1")}\x03`;
}
