import { describe, expect, it } from "vitest";
import { readPacket } from "../../../devices/osc/packet.ts";
import { createStrokeReader } from "../../../devices/osc/stroke.ts";
import { OFF_WORDS, ON_WORDS } from "../../../devices/osc/stroke-words.ts";
import type { Stroke } from "../../../src/driver/contract.ts";
import { bytes, float32, float64, IMMEDIATELY, int32, int64, message, padded } from "./bytes.ts";

const strokeOf = createStrokeReader({ on: ["go"], off: ["Halt"] });

/** Every argument a controller can send, as bytes on the wire, and what it means for a button. */
const TABLE: readonly [name: string, packet: Buffer, stroke: Stroke][] = [
  ["no arguments", message("/b"), "click"],
  ["an impulse", message("/b", "I"), "click"],
  ["int 1", message("/b", "i", int32(1)), "down"],
  ["int 127", message("/b", "i", int32(127)), "down"],
  ["int 0", message("/b", "i", int32(0)), "up"],
  ["int -1", message("/b", "i", int32(-1)), "up"],
  ["float 1.0", message("/b", "f", float32(1)), "down"],
  ["float 0.5", message("/b", "f", float32(0.5)), "down"],
  ["float 0.49", message("/b", "f", float32(0.49)), "up"],
  ["float 0.0", message("/b", "f", float32(0)), "up"],
  ["float -0.0", message("/b", "f", float32(-0)), "up"],
  ["float NaN", message("/b", "f", float32(Number.NaN)), "none"],
  ["float infinity", message("/b", "f", float32(Number.POSITIVE_INFINITY)), "none"],
  ["double 1.0", message("/b", "d", float64(1)), "down"],
  ["double 0.0", message("/b", "d", float64(0)), "up"],
  ["double NaN", message("/b", "d", float64(Number.NaN)), "none"],
  ["int64 1", message("/b", "h", int64(1n)), "down"],
  ["int64 0", message("/b", "h", int64(0n)), "up"],
  ["int64 beyond the safe range", message("/b", "h", int64(2n ** 62n)), "down"],
  ["int64 far below zero", message("/b", "h", int64(-(2n ** 62n))), "up"],
  ["true", message("/b", "T"), "down"],
  ["false", message("/b", "F"), "up"],
  ["nil", message("/b", "N"), "none"],
  ...[
    "on",
    "ON",
    "true",
    "TRUE",
    "press",
    "pressed",
    "Down",
    " down ",
    "1",
    "1.0",
    "0.5",
    ".7",
    "1e2",
    "1,0",
    " 1 000 ",
    "ja",
    "Sí",
    "si\u0301",
  ].map((text) => [`text "${text}"`, message("/b", "s", padded(text)), "down"] as [string, Buffer, Stroke]),
  ...[
    "off",
    "Off",
    "false",
    "release",
    "released",
    "UP",
    "0",
    "0.0",
    "0.4",
    "-1",
    "0,0",
    "0, 0",
    "nein",
    "no",
    "stop",
    "Arrêt",
  ].map((text) => [`text "${text}"`, message("/b", "s", padded(text)), "up"] as [string, Buffer, Stroke]),
  ["other text", message("/b", "s", padded("Important")), "unclear"],
  ["empty text", message("/b", "s", padded("")), "unclear"],
  ["a text that only looks like a number", message("/b", "s", padded("1 x")), "unclear"],
  ["a number with a point and a comma", message("/b", "s", padded("1.000,0")), "unclear"],
  ["a word of the mapping for on", message("/b", "s", padded("GO")), "down"],
  ["a word of the mapping for off", message("/b", "s", padded("halt")), "up"],
  ["a symbol", message("/b", "S", padded("on")), "down"],
  ["the character 1", message("/b", "c", int32(0x31)), "down"],
  ["the character 0", message("/b", "c", int32(0x30)), "up"],
  ["a blob", message("/b", "b", int32(4), bytes([1, 2, 3, 4])), "none"],
  ["a colour", message("/b", "r", bytes([255, 0, 0, 255])), "none"],
  ["MIDI bytes", message("/b", "m", bytes([0, 0x90, 64, 127])), "none"],
  ["a time", message("/b", "t", IMMEDIATELY), "none"],
  ["an array of a true", message("/b", "[T]"), "down"],
  ["an array of 0.0 and 1.0", message("/b", "[ff]", float32(0), float32(1)), "up"],
  ["an array in an array", message("/b", "[[i]]", int32(1)), "down"],
  ["an empty array", message("/b", "[]"), "click"],
  ["a press with more behind it", message("/b", "fs", float32(1), padded("x")), "down"],
  ["a nil with more behind it", message("/b", "NT"), "none"],
  ["a line of text without arguments", bytes("/b\r"), "click"],
  ["a line of text with 1", bytes("/b 1\r\n"), "down"],
  ["a line of text with 0.0", bytes("/b 0.0\n"), "up"],
  ["a line of text with a comma", bytes("/b 0,0\n"), "up"],
  ["a line of text with a word", bytes("/b OFF\r"), "up"],
];

describe("what a message means for a button", () => {
  it.each(TABLE)("%s", (_name, packet, stroke) => {
    const reading = readPacket(packet);
    expect(reading.kind).toBe("read");
    if (reading.kind === "read") expect(strokeOf(reading.messages[0]!.message.args)).toBe(stroke);
  });

  it("knows no word that means both", () => {
    expect([...ON_WORDS].filter((word) => OFF_WORDS.has(word))).toEqual([]);
  });

  it("takes a tag it has never heard of for nothing", () => {
    expect(strokeOf([{ tag: "Q", value: 1 }])).toBe("none");
  });
});
