import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFramer, type Framing, type Piece, wrapPacket } from "../../../devices/osc/framing.ts";
import { bundle, bytes, float32, IMMEDIATELY, int32, message } from "./bytes.ts";

const END = 0xc0;
const packets = [
  message("/a", "f", float32(1)),
  message("/escapes", "ii", int32(-0x3f243f25), int32(0x00c0dbc0)),
  bundle(IMMEDIATELY, message("/b")),
];
const singleEnd = (packet: Buffer) => Buffer.from(wrapPacket(packet, "slip")).subarray(1);

interface Stream {
  readonly stream: Buffer;
  readonly framing: Framing;
  readonly wanted: readonly Buffer[];
}

const wrapAll = (framing: "slip" | "length-prefix") =>
  Buffer.concat(packets.map((packet) => wrapPacket(packet, framing)));
const lines = [bytes("/a 1"), bytes("/b"), bytes("/c x")];

const STREAMS: readonly (readonly [name: string, stream: Stream])[] = [
  ["SLIP with END at both ends", { stream: wrapAll("slip"), framing: "slip", wanted: packets }],
  [
    "SLIP with END behind only",
    { stream: Buffer.concat(packets.map(singleEnd)), framing: "slip", wanted: packets },
  ],
  ["length prefixes", { stream: wrapAll("length-prefix"), framing: "length-prefix", wanted: packets }],
  ["lines ended by CR LF", { stream: bytes("/a 1\r\n/b\r\n/c x\r\n"), framing: "lines", wanted: lines }],
  ["lines ended by CR", { stream: bytes("/a 1\r/b\r/c x\r"), framing: "lines", wanted: lines }],
];

function cut(stream: Buffer, sizes: readonly number[], setting: Framing | "auto" = "auto") {
  const framer = createFramer(setting);
  const pieces: Piece[] = [];
  let at = 0;
  for (const size of [...sizes, stream.length]) {
    pieces.push(...framer.push(stream.subarray(at, at + size)));
    at += size;
  }
  return { pieces, framing: framer.framing };
}

const contents = (pieces: readonly Piece[]) =>
  pieces.map((piece) =>
    "bytes" in piece ? Buffer.from(piece.bytes).toString("hex") : `${piece.kind}: ${piece.reason}`,
  );
const hex = (wanted: readonly Buffer[]) => wanted.map((packet) => packet.toString("hex"));

describe("cutting a stream", () => {
  it.each(STREAMS)("detects %s, glued together", (_name, { stream, framing, wanted }) => {
    const result = cut(stream, []);
    expect(contents(result.pieces)).toEqual(hex(wanted));
    expect(result.framing).toBe(framing);
  });

  it.each(STREAMS)("reads %s split at every place", (_name, { stream, wanted }) => {
    for (let at = 1; at < stream.length; at++) {
      expect(contents(cut(stream, [at]).pieces), `split at ${at}`).toEqual(hex(wanted));
    }
  });

  it.each(STREAMS)("reads %s byte by byte", (_name, { stream, framing, wanted }) => {
    const single = Array.from({ length: stream.length }, () => 1);
    expect(contents(cut(stream, single).pieces)).toEqual(hex(wanted));
    expect(contents(cut(stream, single, framing).pieces)).toEqual(hex(wanted));
  });

  it("brings back whatever was wrapped, however it is split", () => {
    const anyPackets = fc.array(fc.uint8Array({ minLength: 1, maxLength: 60 }), {
      minLength: 1,
      maxLength: 5,
    });
    const anyFraming = fc.constantFrom("slip" as const, "length-prefix" as const);
    fc.assert(
      fc.property(anyPackets, anyFraming, fc.array(fc.nat(40)), (wrapped, framing, sizes) => {
        const stream = Buffer.concat(wrapped.map((packet) => wrapPacket(packet, framing)));
        const result = cut(stream, sizes, framing);
        expect(contents(result.pieces)).toEqual(hex(wrapped.map((packet) => Buffer.from(packet))));
      }),
    );
  });

  it("waits for the whole length before it calls it a prefix", () => {
    const framer = createFramer("auto");
    expect(framer.push(bytes([0, 0]))).toEqual([]);
    expect(framer.framing).toBeUndefined();
  });

  it.each([
    ["no multiple of 4", [0, 0, 0, 7]],
    ["nothing", [0, 0, 0, 0]],
    ["over 64 KiB", [0, 1, 0, 4]],
  ])("takes a first length of %s for an unknown framing", (_name, prefix) => {
    expect(cut(bytes(prefix), []).pieces).toEqual([{ kind: "broken", reason: "unknown framing" }]);
  });

  it("reads lines from whatever else comes first", () => {
    expect(contents(cut(bytes("HELLO\r\n/a\r\n"), []).pieces)).toEqual(hex([bytes("HELLO"), bytes("/a")]));
  });

  it("finds the next SLIP packet after noise and after a bad escape", () => {
    const stream = Buffer.concat([
      bytes([END, 0xdb, 0x01, END]),
      wrapPacket(packets[0]!, "slip"),
      bytes("junk", [END]),
    ]);
    expect(contents(cut(stream, []).pieces)).toEqual([
      "noise: bad SLIP escape",
      packets[0]!.toString("hex"),
      bytes("junk").toString("hex"),
    ]);
  });

  it("skips a SLIP packet over 64 KiB, says so once, and reads the next ones", () => {
    const giant = Buffer.alloc(200_000, 0x2f);
    const stream = Buffer.concat([bytes([END]), giant, ...packets.map((p) => wrapPacket(p, "slip"))]);
    const sizes = Array.from({ length: 200 }, () => 1013);
    expect(contents(cut(stream, sizes).pieces)).toEqual(["noise: frame over 64 KiB", ...hex(packets)]);
  });

  it("never reads the tail of an oversized packet as a packet of its own", () => {
    for (const over of [0, 1, 2, 5]) {
      const stream = Buffer.concat([
        bytes([END]),
        Buffer.alloc(65_536 + over, 0x2f),
        bytes([END]),
        singleEnd(packets[0]!),
      ]);
      const pieces = contents(cut(stream, [65_530]).pieces);
      expect(pieces.at(-1)).toBe(packets[0]!.toString("hex"));
      expect(pieces).toHaveLength(2);
    }
  });

  it("skips a line over 64 KiB and reads the next one", () => {
    const stream = Buffer.concat([bytes("/"), Buffer.alloc(70_000, 0x61), bytes("\r\n/b\r\n")]);
    expect(contents(cut(stream, [1000, 66_000]).pieces)).toEqual([
      "noise: frame over 64 KiB",
      hex([bytes("/b")])[0],
    ]);
  });

  it("gives a length-prefixed stream up after a length that makes no sense", () => {
    const stream = Buffer.concat([
      wrapPacket(packets[0]!, "length-prefix"),
      bytes([0x7f, 0, 0, 0]),
      packets[1]!,
    ]);
    expect(contents(cut(stream, []).pieces)).toEqual([
      packets[0]!.toString("hex"),
      "broken: impossible length prefix",
    ]);
  });
});
