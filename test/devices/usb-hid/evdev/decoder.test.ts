import fc from "fast-check";
import { expect, test } from "vitest";
import { describeEvdev } from "../../../../devices/usb-hid/evdev/describe-evdev.ts";
import { createEvdevDecoder } from "../../../../devices/usb-hid/evdev/evdev-decoder.ts";
import { type EvdevRules, evdevSchema } from "../../../../devices/usb-hid/evdev/evdev-grammar.ts";
import {
  createInputEventReader,
  readInputEvents,
  recordBytesOf,
} from "../../../../devices/usb-hid/evdev/input-event.ts";
import { createPacketCutter } from "../../../../devices/usb-hid/evdev/packets.ts";
import type { ControlEvent } from "../../../../src/driver/contract.ts";
import { createFakeClock } from "../../../support/fake-clock.ts";
import { dropped, key, packet, stateReport, synchronized, turned } from "./records.ts";

const pedal = evdevSchema().parse({ keys: { "key-f13": "pedal-left", "key-f14": "pedal-right" } });
const F13 = 183;
const F14 = 184;

function decoderOf(rules: EvdevRules) {
  const reasons: string[] = [];
  const later: ControlEvent[] = [];
  const clock = createFakeClock();
  const decoder = createEvdevDecoder(rules, {
    tellsHeld: () => false,
    dropped: (reason) => reasons.push(reason),
    clock,
    emit: (event) => later.push(event),
  });
  return { decode: decoder.decode, decoder, reasons, later, clock };
}

test("a real record is read: a press of F13 as a 64-bit kernel wrote it", () => {
  const bytes = Buffer.from("3b9d21670000000054d6080000000000" + "0100b70001000000", "hex");
  expect(readInputEvents(bytes)).toEqual([{ type: 1, code: F13, value: 1, atMs: 1_730_256_187_579.156 }]);
});

test("a 32-bit machine's records have 16 bytes", () => {
  expect([recordBytesOf("arm"), recordBytesOf("arm64"), recordBytesOf("x64")]).toEqual([16, 24, 24]);
  const read = createInputEventReader(16);
  expect(read(Buffer.from("3b9d216754d608000100b70001000000", "hex"))).toEqual([
    { type: 1, code: F13, value: 1, atMs: 1_730_256_187_579.156 },
  ]);
});

test("records are found wherever the stream is cut", () => {
  const whole = Buffer.concat([packet(key(F13, 1)), packet(key(F13, 0))]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: whole.length }), { maxLength: 6 }), (cuts) => {
      const cut = createPacketCutter(24, () => undefined);
      const edges = [0, ...cuts.toSorted((one, other) => one - other), whole.length];
      const packets = edges.slice(1).flatMap((end, index) => cut(whole.subarray(edges[index], end)));
      expect(packets.map((events) => events.map(({ type, code, value }) => [type, code, value]))).toEqual([
        [
          [1, F13, 1],
          [0, 0, 0],
        ],
        [
          [1, F13, 0],
          [0, 0, 0],
        ],
      ]);
    }),
  );
});

test("a press and a release are told once, and what the keyboard repeats is not", () => {
  const { decode } = decoderOf(pedal);
  decode(stateReport());
  const events = [key(F13, 1), key(F13, 2), key(F13, 2), key(F13, 0), key(F13, 0)].flatMap((record) => [
    ...decode(packet(record)),
  ]);
  expect(events).toEqual([
    { kind: "down", control: "pedal-left" },
    { kind: "up", control: "pedal-left" },
  ]);
});

test("keys that were down before are held, and their release is told", () => {
  const { decode } = decoderOf(pedal);
  expect(decode(stateReport([F14, 30]))).toEqual([{ kind: "held", control: "pedal-right" }]);
  expect(decode(packet(key(F14, 0)))).toEqual([{ kind: "up", control: "pedal-right" }]);
});

test("after an overflow the state is read again, and only what differs is told", () => {
  const { decode } = decoderOf(pedal);
  decode(stateReport());
  decode(packet(key(F13, 1)));
  expect(decode(stateReport([F13]))).toEqual([]);
  expect(decode(stateReport([F14]))).toEqual([
    { kind: "up", control: "pedal-left" },
    { kind: "down", control: "pedal-right" },
  ]);
});

test("what the kernel still had when it dropped events is left out for the state that it tells when asked", () => {
  const bitmap = new Uint8Array(96);
  bitmap[Math.floor(F14 / 8)] = 1 << (F14 % 8);
  const cut = createPacketCutter(24, () => bitmap);
  const { decode } = decoderOf(pedal);
  decode(stateReport());
  const stream = Buffer.concat([dropped(), key(F13, 1), synchronized(), packet(key(F14, 0))]);
  const packets = cut(stream);
  expect(packets[0]?.map(({ type, code, value }) => [type, code, value])).toEqual([
    [0, 3, 0],
    [1, F14, 1],
    [0, 0, 0],
  ]);
  expect(packets).toHaveLength(2);
});

test("a dial turns by as many detents as the kernel counted, and pushes as a key of the same control", () => {
  const rules = evdevSchema().parse({ dials: { dial: "dial" }, keys: { "button-0": "dial" } });
  const { decode, decoder } = decoderOf(rules);
  expect(decoder.controls.map(({ id, input }) => [id, input])).toEqual([
    ["dial", { shape: "encoder", push: "button" }],
  ]);
  expect(decode(packet(turned(7, -3)))).toEqual([{ kind: "turned", control: "dial", detents: -3 }]);
  expect(decode(packet(key(0x100, 1)))).toEqual([{ kind: "down", control: "dial" }]);
  expect(decode(packet(turned(8, 1)))).toEqual([]);
});

test("a whole keyboard has a control for each key, also for keys without a name", () => {
  const rules = evdevSchema().parse({ keys: "all" });
  const ids = describeEvdev(rules).map(({ id }) => id as string);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual(expect.arrayContaining(["key-a", "key-enter", "key-f24", "key-kp0", "button-0"]));
  expect(decoderOf(rules).decode(packet(key(0x2bf, 1)))).toEqual([{ kind: "down", control: "key-code-703" }]);
});

test("key names that no key has are refused, with what would be right", () => {
  const result = evdevSchema().safeParse({ keys: { "key-f25": "left" } });
  expect(result.success).toBe(false);
  expect(result.error?.issues.map(({ message }) => message).join()).toBeTruthy();
});

test("random bytes never throw, and never release what is not down", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 240 }), { maxLength: 20 }), (reports) => {
      const { decode } = decoderOf(evdevSchema().parse({ keys: "all", dials: { dial: "dial" } }));
      const down = new Set<string>();
      for (const event of reports.flatMap((report) => [...decode(report)])) {
        if (event.kind === "up") expect(down.delete(event.control)).toBe(true);
        else if (event.kind !== "turned") down.add(event.control);
      }
    }),
  );
});
