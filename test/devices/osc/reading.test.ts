import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodePacket } from "../../../devices/osc/encode.ts";
import { readPacket } from "../../../devices/osc/packet.ts";
import { readTextLine, writeTextLine } from "../../../devices/osc/plain-text.ts";
import { bytes, float32, float64, int32, int64, message, padded, readable, timeTag } from "./bytes.ts";

type Vector = readonly [name: string, packet: Buffer, lines: readonly string[]];

const STRICT: readonly Vector[] = [
  [
    "the float of the OSC 1.0 examples",
    bytes("0x2f6f7363 696c6c61 746f722f 342f6672 65717565 6e637900 2c660000 43dc0000"),
    ["/oscillator/4/frequency f:440"],
  ],
  [
    "the five arguments of the OSC 1.0 examples",
    bytes("0x2f666f6f 00000000 2c696973 66660000 000003e8 ffffffff 68656c6c 6f000000 3f9df3b6 40b5b22d"),
    ['/foo i:1000 i:-1 s:"hello" f:1.2339999675750732 f:5.677999973297119'],
  ],
  ["no arguments", message("/a"), ["/a"]],
  ["flags", message("/a", "TFNI"), ["/a T:true F:false N:null I:null"]],
  ["UTF-8", message("/a", "s", padded("Büro 3")), ['/a s:"Büro 3"']],
  ["an int64", message("/a", "h", int64(-1_234_567_890_123n)), ["/a h:-1234567890123"]],
  ["a wide int64 as text", message("/a", "h", int64(2n ** 60n)), ['/a h:"1152921504606846976"']],
  ["a double", message("/a", "d", float64(0.1)), ["/a d:0.1"]],
  ["NaN as nothing", message("/a", "f", float32(Number.NaN)), ["/a f:null"]],
  ["a colour", message("/a", "r", bytes([255, 128, 0, 64])), ['/a r:"#ff800040"']],
  ["a character", message("/a", "c", int32(0x41)), ['/a c:"A"']],
  ["a time in seconds", message("/a", "t", timeTag(1_700_000_000_500)), ["/a t:1700000000.5"]],
  ["a blob, dropped", message("/a", "bi", int32(2), bytes([9, 9, 0, 0]), int32(5)), ["/a b:null i:5"]],
  ["MIDI, dropped", message("/a", "mi", bytes([0, 1, 2, 3]), int32(5)), ["/a m:null i:5"]],
  [
    "arrays, flattened",
    message("/a", "i[if]i", int32(1), int32(2), float32(3), int32(4)),
    ["/a i:1 i:2 f:3 i:4"],
  ],
  ["an address with a pattern, for the link to judge", message("/room/*/start"), ["/room/*/start"]],
];

const FORGIVEN: readonly Vector[] = [
  ["no type tags", bytes("/start", [0, 0]), ["/start"]],
  ["no type tags and no padding", bytes("/start/now", [0]), ["/start/now"]],
  ["nothing padded", bytes("/a", [0], ",i", [0], int32Array(7)), ["/a i:7"]],
  ["nothing padded, a text", bytes("/marker", [0], ",s", [0], "Hello", [0]), ['/marker s:"Hello"']],
  ["a text without padding", Buffer.concat([message("/m", "s"), bytes("Hello", [0])]), ['/m s:"Hello"']],
  ["a text without its NUL", Buffer.concat([message("/m", "s"), bytes("Hello")]), ['/m s:"Hello"']],
  ["a text ended by CR LF", Buffer.concat([message("/m", "s"), bytes("Hello\r\n")]), ['/m s:"Hello"']],
  ["no comma", Buffer.concat([padded("/a"), padded("i"), int32(7)]), ["/a i:7"]],
  [
    "CR LF after the last NUL",
    bytes("/cue/1/start", [0, 0, 0, 0], ",", [0, 0, 0, 0x0a, 0x0d]),
    ["/cue/1/start"],
  ],
  ["CR after a number", Buffer.concat([message("/a", "i", int32(7)), bytes([0x0d])]), []],
  [
    "CR after a number that ends in NUL",
    Buffer.concat([message("/a", "i", int32(256)), bytes([0x0d])]),
    ["/a i:256"],
  ],
  ["tags without their end", bytes("/a", [0, 0], ",T"), ["/a T:true"]],
  ["a size that is no multiple of 4", Buffer.concat([message("/a", "i", int32(7)), bytes([0])]), ["/a i:7"]],
  [
    "padding counted from the tags",
    Buffer.concat([bytes("/a", [0]), padded(",s"), padded("hi")]),
    ['/a s:"hi"'],
  ],
  ["an int where a float is usual", message("/fader", "i", int32(1)), ["/fader i:1"]],
];

const TEXT: readonly Vector[] = [
  ["CR", bytes("/valt/room/4/start\r"), ["/valt/room/4/start"]],
  ["CR LF", bytes("/valt/room/4/start\r\n"), ["/valt/room/4/start"]],
  ["LF and arguments", bytes("/fader 0.5 -3 1e3 x\n"), ['/fader d:0.5 d:-3 d:1000 s:"x"']],
  [
    "quotes",
    bytes('/marker "Second witness" "42" "say \\"hi\\" \\\\"\r'),
    ['/marker s:"Second witness" s:"42" s:"say \\"hi\\" \\\\"'],
  ],
  [
    "an id that is too long for a number",
    bytes("/card 12345678901234567890\r"),
    ['/card s:"12345678901234567890"'],
  ],
  ["several lines", bytes("/a 1\r\n\r\n/b 2\r\n"), ["/a d:1", "/b d:2"]],
  ["UTF-8", bytes("/marker Büro\r"), ['/marker s:"Büro"']],
  ["Latin-1", bytes("/marker B", [0xfc], "ro\r"), ['/marker s:"Büro"']],
];

const REFUSED: readonly (readonly [name: string, packet: Buffer])[] = [
  ["nothing at all", bytes()],
  ["a lone slash", message("/")],
  ["no slash", message("start")],
  ["an address without an end", bytes("/valt/room/4/start")],
  ["an address with a space", message("/valt/room 4")],
  ["an address with a control character", bytes("/va", [7], "lt", [0, 0, 0], ",", [0, 0, 0])],
  ["an address in UTF-8", message("/büro")],
  ["an unknown tag", message("/a", "iQ", int32(1), int32(2))],
  ["an unknown tag without a size", message("/a", "TQ")],
  ["a missing argument", message("/a", "ii", int32(1))],
  ["half an argument", message("/a", "i", bytes([0, 0]))],
  ["more bytes than the tags say", message("/a", "i", int32(1), int32(2))],
  ["a blob of negative size", message("/a", "b", int32(-4), int32(0))],
  ["a blob of monstrous size", message("/a", "b", int32(0x7fffffff))],
  ["arguments without any tags", Buffer.concat([padded("/a"), float32(1)])],
  ["an address that only a comma ends", bytes("/cue/1/start,", [0])],
  ["junk in the padding", bytes("/ab", [0], ",i", [0, 9], int32Array(1))],
  ["a sloppy pattern", bytes("/room/*/start", [0])],
  ["an unended line", bytes("/a\r\n/b")],
  ["a line with a NUL", bytes("/valt/room/4/start\r", [0])],
  ["a line with an open quote", bytes('/marker "Hello\r')],
  ["one bad line among good ones", bytes("/a\r\nhello\r\n")],
  ["a line that is text in no encoding", bytes("/a ", [0x81, 0xfe], "\r")],
];

function int32Array(value: number): readonly number[] {
  return [...int32(value)];
}

describe("reading a packet", () => {
  it.each(STRICT)("reads %s", (_name, packet, lines) => {
    expect(readable(readPacket(packet))).toEqual(lines);
  });

  it.each(FORGIVEN)("forgives: %s", (_name, packet, lines) => {
    expect(readable(readPacket(packet))).toEqual(lines);
  });

  it.each(TEXT)("reads lines of text: %s", (_name, packet, lines) => {
    const reading = readPacket(packet);
    expect(readable(reading)).toEqual(lines);
    expect(reading).toMatchObject({ style: "text" });
  });

  it.each(REFUSED)("refuses %s", (_name, packet) => {
    expect(readPacket(packet).kind).toBe("unreadable");
  });

  it("reads the same from the middle of a larger buffer", () => {
    const packet = message("/a", "rmi", bytes([1, 2, 3, 4]), bytes([5, 6, 7, 8]), int32(9));
    const middle = Buffer.concat([Buffer.alloc(13, 0xee), packet, Buffer.alloc(5, 0xee)]).subarray(
      13,
      13 + packet.length,
    );
    expect(readable(readPacket(middle))).toEqual(['/a r:"#01020304" m:null i:9']);
  });

  it("never shortens an address that was cut or damaged", () => {
    const packets = [
      message("/valt/room/interview-1/start", "f", float32(1)),
      message("/valt/room/interview-1/stop"),
      message("/valt/room/interview-1/marker", "s", padded("Intake")),
      padded("/panel/stripes"),
    ];
    for (const packet of packets) {
      const address = packet.toString("latin1", 0, packet.indexOf(0));
      for (let at = 1; at < address.length; at++) {
        expect(readable(readPacket(packet.subarray(0, at)))).toEqual([]);
        for (const byte of [0x00, 0x20, 0x2c, 0x0d, 0x0a, 0x7f, 0xc0]) {
          // Without its last letter it is a well-formed packet of its own.
          if (byte === 0 && at === address.length - 1) continue;
          const damaged = Buffer.from(packet);
          damaged[at] = byte;
          expect(readable(readPacket(damaged)), `${address} with ${byte} at ${at}`).toEqual([]);
        }
      }
    }
  });

  it("never throws, whatever the bytes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.constantFrom("", "/", "/a\0\0,", "#bundle\0"),
        (tail, head) => {
          readPacket(Buffer.concat([Buffer.from(head), tail]));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

const ADDRESSES = fc.stringMatching(/^\/[a-z0-9/_-]{1,30}$/);
const VALUES = fc.array(
  fc.oneof(
    fc.integer(),
    fc.maxSafeInteger(),
    fc.float({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: "grapheme", maxLength: 20 }).filter((text) => !/\p{Cc}/u.test(text)),
  ),
  { maxLength: 8 },
);

describe("writing a packet", () => {
  it.each([
    ["whole numbers as int", [1, -1], "2f610000 2c696900 00000001 ffffffff"],
    ["other numbers as float", [0.5], "2f610000 2c660000 3f000000"],
    [
      "numbers beyond 32 bits as int64",
      [2 ** 31, -(2 ** 40)],
      "2f610000 2c686800 0000000080000000 ffffff0000000000",
    ],
    ["flags and nothing", [true, false, null, Number.NaN], "2f610000 2c54464e 4e000000"],
    ["text", ["é", "abc"], "2f610000 2c737300 c3a90000 61626300"],
    ["a text with a NUL in it", ["a\0b"], "2f610000 2c730000 61620000"],
    ["nothing", [], "2f610000 2c000000"],
  ])("writes %s", (_name, values, hex) => {
    const packet = encodePacket({ text: "/a", values });
    expect(Buffer.from(packet!).toString("hex")).toBe(hex.replaceAll(" ", ""));
  });

  it("writes nothing for what is no address", () => {
    expect(encodePacket({ text: "OK 4", values: [] })).toBeUndefined();
    expect(writeTextLine({ text: "/a b", values: [] })).toBeUndefined();
  });

  it("writes what it reads", () => {
    fc.assert(
      fc.property(ADDRESSES, VALUES, (address, values) => {
        const reading = readPacket(encodePacket({ text: address, values })!);
        expect(
          reading.kind === "read" && reading.messages[0]!.message.args.map(({ value }) => value),
        ).toEqual(values.map((value) => (Object.is(value, -0) ? 0 : value)));
      }),
    );
  });

  it("writes lines that it reads, flags and nothing as words", () => {
    fc.assert(
      fc.property(ADDRESSES, VALUES, (address, values) => {
        const wanted = values.map((value) => {
          if (typeof value === "string") return value;
          if (value === null) return "nil";
          return typeof value === "number" && String(value).length <= 15 ? value : String(value);
        });
        const line = writeTextLine({ text: address, values })!;
        const read = readTextLine(line)!;
        expect(read.address).toBe(address);
        expect(read.args.map(({ value }) => (Object.is(value, -0) ? 0 : value))).toEqual(
          wanted.map((value) => (Object.is(value, -0) ? 0 : value)),
        );
      }),
    );
  });

  it("never lets a text end the line it stands in", () => {
    expect(writeTextLine({ text: "/a", values: ["x\r\n/valt/room/1/stop"] })).toBe(
      '/a "x /valt/room/1/stop"',
    );
  });
});
