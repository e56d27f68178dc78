import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createDescriptorDecoder } from "../../../../devices/usb-hid/descriptor/descriptor-decoder.ts";
import { descriptorSchema } from "../../../../devices/usb-hid/descriptor/descriptor-grammar.ts";
import { readLayout } from "../../../../devices/usb-hid/descriptor/layout.ts";
import { descriptors } from "./descriptors.ts";

const bytes = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

function decoderOf(descriptor: Uint8Array, rules: unknown = true, firstMeans: "touch" | "state" = "touch") {
  const reasons: string[] = [];
  const tools = {
    tellsHeld: () => firstMeans === "state",
    dropped: (reason: string) => reasons.push(reason),
  };
  const decoder = createDescriptorDecoder(descriptorSchema().parse(rules), tools, descriptor);
  const ids = decoder.controls.map(({ id }) => id as string);
  const read = (text: string) =>
    decoder.decode(bytes(text)).map((event) => {
      const amount =
        event.kind === "moved" ? [event.fraction] : event.kind === "turned" ? [event.detents] : [];
      return [event.kind, "control" in event ? (event.control as string) : "", ...amount];
    });
  return { decoder, ids, read, reasons };
}

describe("a DragonRise joystick board", () => {
  test("has the axes and buttons of its descriptor, its three wrong axes too", () => {
    expect(decoderOf(descriptors.dragonRise).ids).toEqual([
      "x",
      "x-2",
      "x-3",
      "x-4",
      "y",
      ...Array.from({ length: 10 }, (_, index) => `button-${index + 1}`),
    ]);
    expect(decoderOf(descriptors.dragonRiseMended).ids.slice(0, 3)).toEqual(["x", "y", "button-1"]);
  });

  // Reports of an 0810:E501, which sends the same ones (os2world.com, PCS SNES Gamepad Hardware Report).
  test("reads what a real unit sent: up, A, B, Select, Start, and the way back", () => {
    const { read } = decoderOf(descriptors.dragonRiseMended, { axes: "buttons" });
    const idle = "01 80 80 7f 7f 0f 00 00";
    expect(read(idle)).toEqual([]);
    expect(read("01 80 80 7f 00 0f 00 00")).toEqual([["down", "y-low"]]);
    expect(read("01 80 80 7f ff 0f 00 00")).toEqual([
      ["up", "y-low"],
      ["down", "y-high"],
    ]);
    expect(read(idle)).toEqual([["up", "y-high"]]);
    expect(read("01 80 80 7f 7f 2f 00 00")).toEqual([["down", "button-2"]]);
    expect(read("01 80 80 7f 7f 1f 00 00")).toEqual([
      ["up", "button-2"],
      ["down", "button-1"],
    ]);
    expect(read("01 80 80 7f 7f 0f 10 00")).toEqual([
      ["up", "button-1"],
      ["down", "button-9"],
    ]);
    expect(read("01 80 80 7f 7f 0f 20 00")).toEqual([
      ["up", "button-9"],
      ["down", "button-10"],
    ]);
    expect(read(idle)).toEqual([["up", "button-10"]]);
    expect(read(idle)).toEqual([]);
  });
});

test("a gamepad with a report id, 16-bit sticks, 10-bit triggers and a hat that counts from 1", () => {
  const { ids, read } = decoderOf(descriptors.xboxElite);
  expect(ids.slice(0, 10)).toEqual(
    "x y z rz brake accelerator hat-up hat-right hat-down hat-left".split(" "),
  );
  expect(ids.at(-1)).toBe("button-15");
  expect(read("01 00 80 00 80 00 80 00 80 00 00 00 00 00 00 00")).toEqual([]);
  expect(read("01 ff ff 00 80 00 80 00 80 00 00 ff 03 00 00 00")).toEqual([
    ["moved", "x", 1],
    ["moved", "accelerator", 1],
  ]);
  expect(read("01 ff ff 00 80 00 80 00 80 00 00 ff 03 02 00 40")).toEqual([
    ["down", "hat-up"],
    ["down", "hat-right"],
    ["down", "button-15"],
  ]);
  expect(read("01 ff ff 00 80 00 80 00 80 00 00 ff 03 00 00 00")).toEqual([
    ["up", "hat-up"],
    ["up", "hat-right"],
    ["up", "button-15"],
  ]);
  expect(read("02 01 00")).toEqual([]);
});

test("a keyboard sends a list of what is down", () => {
  const { read } = decoderOf(descriptors.bootKeyboard);
  expect(read("00 00 00 00 00 00 00 00")).toEqual([]);
  expect(read("02 00 04 00 00 00 00 00")).toEqual([
    ["down", "keyboard-e1"],
    ["down", "keyboard-04"],
  ]);
  expect(read("02 00 05 04 00 00 00 00")).toEqual([["down", "keyboard-05"]]);
  expect(read("00 00 05 00 00 00 00 00")).toEqual([
    ["up", "keyboard-e1"],
    ["up", "keyboard-04"],
  ]);
});

test("an arcade stick's axes have two bits and a sign", () => {
  const { ids, read } = decoderOf(descriptors.arcadeStick, { axes: "buttons" });
  expect(ids.slice(0, 8)).toEqual("x-low x-high y-low y-high pad-up pad-down pad-right pad-left".split(" "));
  expect(read("00 00 00")).toEqual([]);
  expect(read("03 00 00")).toEqual([["down", "x-low"]]);
  expect(read("05 00 00")).toEqual([
    ["up", "x-low"],
    ["down", "x-high"],
    ["down", "y-high"],
  ]);
  expect(read("20 01 00").filter(([kind]) => kind === "down")).toEqual([
    ["down", "pad-down"],
    ["down", "button-1"],
  ]);
});

test("a volume knob turns, mutes, and names the keys of its list", () => {
  const { decoder, read, ids } = decoderOf(descriptors.knob);
  expect(ids.length).toBeLessThan(20);
  expect(ids).toEqual(expect.arrayContaining(["volume", "mute", "play-pause", "next-track"]));
  expect(decoder.controls.find(({ id }) => id === "volume")?.input).toEqual({
    shape: "encoder",
    push: "none",
  });
  expect(read("03 01 00 00 00")).toEqual([["turned", "volume", 1]]);
  expect(read("03 ff 01 cd 00")).toEqual([
    ["down", "mute"],
    ["down", "play-pause"],
    ["turned", "volume", -1],
  ]);
});

test("what is down in a report that tells the state was held, and so is what comes in twos at first", () => {
  const one = "01 80 80 7f 7f 1f 00 00";
  expect(decoderOf(descriptors.dragonRiseMended, true, "state").read(one)).toEqual([["held", "button-1"]]);
  expect(decoderOf(descriptors.dragonRiseMended).read(one)).toEqual([["down", "button-1"]]);
  expect(decoderOf(descriptors.dragonRiseMended).read("01 80 80 7f 7f 3f 00 00")).toEqual([
    ["held", "button-1"],
    ["held", "button-2"],
  ]);
});

test("of a report that is too short what is there is read, the rest stays, and it is told once", () => {
  const { read, reasons } = decoderOf(descriptors.dragonRiseMended);
  expect(read("01 80 80 7f 7f 1f 01 00")).toEqual([
    ["held", "button-1"],
    ["held", "button-5"],
  ]);
  expect(read("01 80 80 7f 7f 2f")).toEqual([
    ["up", "button-1"],
    ["down", "button-2"],
  ]);
  expect(read("01 80 80 7f 7f 0f")).toEqual([["up", "button-2"]]);
  expect(reasons).toEqual(["the rest of a report of 6 bytes where its descriptor says 7"]);
  expect(read("01 80 80 7f 7f 0f 00 00")).toEqual([["up", "button-5"]]);
});

describe("axes that tremble", () => {
  /** One axis of 8 bits, as of a joystick. */
  const AXIS = Uint8Array.of(
    5,
    1,
    9,
    4,
    0xa1,
    1,
    0x15,
    0,
    0x26,
    255,
    0,
    0x75,
    8,
    0x95,
    1,
    9,
    0x30,
    0x81,
    2,
    0xc0,
  );
  const reader = (rules: Record<string, unknown>) => {
    const decoder = createDescriptorDecoder(
      descriptorSchema().parse(rules),
      { tellsHeld: () => false, dropped: () => undefined },
      AXIS,
    );
    return (...values: readonly number[]) =>
      values.flatMap((value) => [...decoder.decode(Uint8Array.of(value))]);
  };

  test("are no flood of moves beyond the dead band, and reach their ends", () => {
    const read = reader({ deadBand: 0.01 });
    expect(read(128, 129, 127, 128, 130, 126)).toEqual([]);
    expect(read(131)).toMatchObject([{ kind: "moved", control: "x" }]);
    expect(read(132, 130, 131)).toEqual([]);
    expect(read(254, 255)).toMatchObject([{ kind: "moved" }, { kind: "moved", fraction: 1 }]);
  });

  test("are pressed once at the edge of a direction", () => {
    const read = reader({ axes: "buttons" });
    expect(read(128, 63, 64, 63, 65, 64, 70).map(({ kind }) => kind)).toEqual(["down"]);
    expect(read(100, 70, 128).map(({ kind }) => kind)).toEqual(["up"]);
  });
});

test("numbers of any width are read wherever they begin", () => {
  const field = fc
    .integer({ min: 1, max: 31 })
    .chain((bitCount) =>
      fc.record({ bitCount: fc.constant(bitCount), value: fc.integer({ min: 0, max: 2 ** bitCount - 1 }) }),
    );
  fc.assert(
    fc.property(fc.array(field, { minLength: 1, maxLength: 20 }), (fields) => {
      const items = fields.flatMap(({ bitCount }) => {
        const most = Buffer.alloc(4);
        most.writeUInt32LE(2 ** bitCount - 1);
        return [0x15, 0, 0x27, ...most, 0x75, bitCount, 0x95, 1, 0x09, 0x36, 0x81, 2];
      });
      let packed = 0n;
      let bits = 0n;
      for (const { bitCount, value } of fields) {
        packed |= BigInt(value) << bits;
        bits += BigInt(bitCount);
      }
      const report = Uint8Array.from({ length: Math.ceil(Number(bits) / 8) }, (_, at) =>
        Number((packed >> BigInt(at * 8)) & 255n),
      );
      const { decoder } = decoderOf(Uint8Array.from([0x05, 1, ...items]));
      decoder.decode(report.map((byte) => ~byte));
      const events = decoder.decode(report);
      expect(events.map((event) => event.kind === "moved" && event.fraction)).toEqual(
        fields.map(({ bitCount, value }) => value / (2 ** bitCount - 1)),
      );
    }),
  );
});

test("a maximum of one byte ff means 255 where nothing is negative, as sloppy descriptors have it", () => {
  const { read } = decoderOf(bytes("05 01 15 00 25 ff 75 08 95 01 09 30 81 02"));
  expect(read("00")).toEqual([]);
  expect(read("ff")).toEqual([["moved", "x", 1]]);
});

describe("any descriptor", () => {
  const anyDescriptor = fc.oneof(
    fc.uint8Array({ maxLength: 4096 }),
    fc
      .tuple(
        fc.constantFrom(...Object.values(descriptors)),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 8 }),
      )
      .map(([whole, changes]) => {
        const garbled = Uint8Array.from(whole);
        for (const [at, byte] of changes) garbled[at % garbled.length] = byte;
        return garbled;
      }),
  );

  test("is read without a throw, and so is any report, in bounded time and space", () => {
    fc.assert(
      fc.property(
        anyDescriptor,
        fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 5 }),
        (descriptor, reports) => {
          expect(readLayout(descriptor).length).toBeLessThanOrEqual(1024);
          const { decoder } = decoderOf(descriptor, { axes: "buttons" });
          expect(new Set(decoder.controls.map(({ id }) => id)).size).toBe(decoder.controls.length);
          for (const report of reports) decoder.decode(report);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("that counts to billions is refused, not tried", () => {
    // Report Count 2^32 - 1 of one-bit buttons, usages up to 2^32 - 1, and a list of as many.
    const greedy = bytes(
      "05 09 1b 01 00 09 00 2b ff ff ff ff 15 00 25 01 75 01 97 ff ff ff ff 81 02 81 00 95 08 19 01 29 08 81 02",
    );
    expect(readLayout(greedy)).toHaveLength(8);
  });
});
