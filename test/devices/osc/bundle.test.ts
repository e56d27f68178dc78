import { describe, expect, it } from "vitest";
import { readPacket } from "../../../devices/osc/packet.ts";
import { bundle, bytes, IMMEDIATELY, int32, message, readable, timeTag } from "./bytes.ts";

const one = message("/one");
const two = message("/two", "i", int32(2));

function dueTimes(packet: Buffer): readonly (number | "now")[] {
  const reading = readPacket(packet);
  return reading.kind === "read" ? reading.messages.map(({ dueWallMs }) => dueWallMs) : [];
}

describe("reading a bundle", () => {
  it("reads its messages in order, those of bundles within too", () => {
    const packet = bundle(IMMEDIATELY, one, bundle(IMMEDIATELY, two, one), two);
    expect(readable(readPacket(packet))).toEqual(["/one", "/two i:2", "/one", "/two i:2"]);
  });

  it("says when each is due, and now for times that were never set", () => {
    const later = 1_800_000_000_250;
    expect(dueTimes(bundle(timeTag(later), one, bundle(IMMEDIATELY, two)))).toEqual([later, "now"]);
    expect(dueTimes(bundle(bytes("0x0000000000000000"), one))).toEqual(["now"]);
    expect(dueTimes(bundle(bytes("0x0000000500000000"), one))).toEqual(["now"]);
  });

  it("reads an empty one as nothing", () => {
    expect(readPacket(bundle(IMMEDIATELY))).toMatchObject({ kind: "read", messages: [], discarded: 0 });
  });

  it("discards a message with an unknown tag and keeps the others", () => {
    const reading = readPacket(bundle(IMMEDIATELY, one, message("/odd", "Q", int32(1)), two));
    expect(readable(reading)).toEqual(["/one", "/two i:2"]);
    expect(reading).toMatchObject({ discarded: 1 });
  });

  it("reads four levels and drops a fifth with all that is in it", () => {
    const nested = (depth: number): Buffer =>
      bundle(IMMEDIATELY, one, ...(depth > 1 ? [nested(depth - 1)] : []));
    expect(readable(readPacket(nested(4)))).toHaveLength(4);
    expect(readPacket(nested(5)).kind).toBe("unreadable");
    expect(readPacket(nested(40)).kind).toBe("unreadable");
  });

  it("reads 64 messages and drops a bundle with one more", () => {
    const many = (count: number) => bundle(IMMEDIATELY, ...Array.from({ length: count }, () => one));
    expect(readable(readPacket(many(64)))).toHaveLength(64);
    expect(readPacket(many(65)).kind).toBe("unreadable");
  });

  it.each([
    ["a size that goes beyond the end", bundle(IMMEDIATELY, one).fill(0xff, 18, 20)],
    ["a negative size", bundle(IMMEDIATELY, one).fill(0xff, 16, 20)],
    ["a size of nothing", Buffer.concat([bundle(IMMEDIATELY, one), int32(0)])],
    ["a cut element", bundle(IMMEDIATELY, one, two).subarray(0, -4)],
    ["no time", bytes("#bundle", [0], [0, 0, 0, 0])],
    ["another word", bytes("#bungle", [0], IMMEDIATELY)],
  ])("drops a whole bundle with %s", (_name, packet) => {
    expect(readPacket(packet).kind).toBe("unreadable");
  });
});
