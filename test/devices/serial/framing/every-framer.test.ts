import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readFraming } from "../../../../devices/serial/framing/dialect-frame.ts";
import type { FrameSpec } from "../../../../devices/serial/framing/frame-spec.ts";
import { LINES } from "../../../../src/driver/link.ts";
import { cut, frame, hex, openBench } from "./cutting.ts";

/** A stream that holds whole frames alone, and the frames. `noise` stands between frames and must be nothing. */
interface Vector {
  readonly name: string;
  readonly spec: FrameSpec;
  readonly stream: string;
  readonly frames: readonly string[];
  readonly noise?: string;
}

const VECTORS: readonly Vector[] = [
  {
    name: "lines ended by CR, LF or both, with empty ones between",
    spec: readFraming(LINES),
    stream: "REC START 4\rREC? 4\nPING\r\n\r\n\r@17 MARK 4 \xc3\xbc\r\n",
    frames: ["REC START 4", "REC? 4", "PING", "@17 MARK 4 \xc3\xbc"],
    noise: "\0\0\xff\xff\xff\0\x07",
  },
  {
    name: "NUL-terminated JSON",
    spec: frame({ kind: "delimiter", ends: ["\0"], longestBytes: 1000 }),
    stream: '{"id":1}\0{"id":2}\0\0',
    frames: ['{"id":1}', '{"id":2}'],
    noise: "\r\n\x1f",
  },
  {
    name: "`~` lines ended by CRLF (Kramer), noise before the start",
    spec: frame({ kind: "delimiter", ends: ["\r\n"], start: "~" }),
    stream: "~01@ OK\r\nxx~01@VID 1 OK\r\n",
    frames: ["01@ OK", "01@VID 1 OK"],
    noise: "\xff\0",
  },
  {
    name: "lines ended by LF CR with a prompt (Numato)",
    spec: frame({ kind: "delimiter", ends: ["\n\r"], prompts: [">"] }),
    stream: "gpio readall\n\r00FF\n\r>ver\n\r>>",
    frames: ["gpio readall", "00FF", "ver"],
    noise: "\0",
  },
  {
    name: "STX and ETX",
    spec: frame({ kind: "brackets" }),
    stream: "\x02AB\x03\x02C\x03",
    frames: ["AB", "C"],
    noise: "xyz\0",
  },
  {
    name: "STX and ETX with DLE escapes and an exclusive or",
    spec: frame({ kind: "brackets", escape: "\x10", escapeXor: 0x40 }),
    stream: "\x02A\x10\x43\x10\x42\x10\x50B\x03\x02C\x03",
    frames: ["A\x03\x02\x10B", "C"],
    noise: "\x10\x10",
  },
  {
    name: "XOR-8 after ETX, covering STX",
    spec: frame({
      kind: "brackets",
      checksumPlace: "after-end",
      checksum: { kind: "xor8", covers: "all" },
    }),
    stream: hex("02 41 42 03 02  02 43 03 42"),
    frames: ["AB", "C"],
    noise: "~~",
  },
  {
    name: "fixed length with sync and sum8",
    spec: frame({ kind: "fixed", lengthBytes: 5, sync: "\xa5", checksum: { kind: "sum8", covers: "all" } }),
    stream: hex("a5 01 02 03 ab  a5 a5 00 00 4a"),
    frames: [hex("01 02 03"), hex("a5 00 00")],
    noise: hex("00 01 02 ff"),
  },
  {
    name: "a length of one byte after a sync",
    spec: frame({ kind: "length-prefixed", sync: "\xaa\x55", lengthAt: 2, addBytes: 3, skipBytes: 1 }),
    stream: hex("aa55 03 010203  aa55 00 aa55 01 ff"),
    frames: [hex("010203"), hex("ff")],
    noise: hex("00 13"),
  },
  {
    name: "a length of four bytes, as OSC 1.0 has over TCP",
    spec: frame({ kind: "length-prefixed", lengthBytes: 4, addBytes: 4, skipBytes: 4 }),
    stream: hex("00000004 2f61 0000  00000004 2f620000"),
    frames: [hex("2f610000"), hex("2f620000")],
  },
  {
    name: "a little-endian length, and CRC-16 of Modbus after what it covers",
    spec: frame({
      kind: "length-prefixed",
      lengthBytes: 2,
      byteOrder: "little",
      addBytes: 4,
      skipBytes: 2,
      checksum: { kind: "crc16-modbus", from: 2 },
    }),
    stream: `${hex("0900")}123456789${hex("374b")}${hex("0900")}123456789${hex("374b")}`,
    frames: ["123456789", "123456789"],
  },
  {
    name: "SLIP, single and double ended",
    spec: frame({ kind: "slip" }),
    stream: hex("c0 41 c0 c0 42 db dc 43 c0 44 db dd c0"),
    frames: ["A", "B\xc0C", "D\xdb"],
  },
  {
    name: "forms without an end",
    spec: frame({ kind: "pattern", patterns: ["K{digit}{digit}", "S{digits};", "{{x}}"] }),
    stream: "K01K22S7;S1234;{x}\r\nK03",
    frames: ["K01", "K22", "S7;", "S1234;", "{x}", "K03"],
    noise: "\0\r\n",
  },
  {
    name: "Extron's simple instructions",
    spec: readFraming({ kind: "sis" }),
    stream: "I33I\r35I\x1bY1RCDR\rQ\x1bM13*A|B RCDR\r1*1!wY0RCDR|36I\x1b3CV\r",
    frames: [
      "I",
      "33I",
      "35I",
      "\x1bY1RCDR",
      "Q",
      "\x1bM13*A|B RCDR",
      "1*1!",
      "\x1bY0RCDR",
      "36I",
      "\x1b3CV",
    ],
    noise: "\0\xff\xff\x80 ",
  },
];

describe.each(VECTORS)("$name", ({ spec, stream, frames, noise }) => {
  test("are cut from one piece", () => {
    expect(cut(spec, stream)).toEqual(frames);
  });

  test("are the same at every split", () => {
    for (let at = 0; at <= stream.length; at++)
      expect(cut(spec, stream.slice(0, at), stream.slice(at)), `split at ${at}`).toEqual(frames);
  });

  test("are the same in any pieces", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 7 })), (sizes) => {
        const pieces: string[] = [];
        let rest = stream;
        for (const size of sizes) {
          pieces.push(rest.slice(0, size));
          rest = rest.slice(size);
        }
        expect(cut(spec, ...pieces, rest)).toEqual(frames);
      }),
      { numRuns: 50 },
    );
  });

  test("are the same twice over, glued", () => {
    expect(cut(spec, stream + stream)).toEqual([...frames, ...frames]);
  });

  test.skipIf(noise === undefined)("are the same after noise and between noise", () => {
    expect(cut(spec, noise! + stream + noise! + stream)).toEqual([...frames, ...frames]);
  });

  test("begin anew when the line was reopened at any place, and nothing is made of two halves", () => {
    for (let at = 0; at <= stream.length; at++) {
      const bench = openBench(spec);
      bench.push(stream.slice(0, at));
      const before = bench.frames.length;
      bench.framer.discard("reopened");
      bench.push(stream);
      expect(bench.frames.slice(before), `reopened at ${at}`).toEqual(frames);
    }
  });

  test("come back after damage at any place, within half a second of silence", async () => {
    for (let at = 0; at <= stream.length; at++) {
      const bench = openBench(spec);
      bench.push(stream.slice(0, at));
      bench.framer.discard("damaged");
      await bench.clock.advance(600);
      bench.frames.length = 0;
      bench.push(stream);
      expect(bench.frames, `damaged at ${at}`).toEqual(frames);
    }
  });

  test("are nothing once the framer is closed, and no timer is left", () => {
    const bench = openBench(spec);
    bench.push(stream.slice(0, 1));
    bench.framer.close();
    const before = bench.frames.length;
    bench.push(stream);
    expect(bench.frames.length).toBe(before);
    expect(bench.clock.timerCount()).toBe(0);
  });

  test("survive any bytes: no throw, no frame beyond the limit", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 5 }), (chunks) => {
        const bench = openBench(spec);
        for (const chunk of chunks) bench.framer.push(chunk);
        for (const found of bench.frames) expect(found.length).toBeLessThanOrEqual(1000);
      }),
      { numRuns: 60 },
    );
  });
});

test.each(VECTORS)("$name: a million random bytes leave the memory as it was", ({ spec }) => {
  const bench = openBench(spec);
  let seed = 20_261;
  const chunk = new Uint8Array(1000);
  const before = process.memoryUsage().arrayBuffers;
  for (let round = 0; round < 1000; round++) {
    for (let at = 0; at < chunk.length; at++) {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      chunk[at] = seed >>> 16;
    }
    bench.framer.push(chunk);
    bench.frames.length = 0;
    bench.dropped.length = 0;
  }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16_000_000);
});
