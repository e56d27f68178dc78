import fc from "fast-check";
import { expect, test } from "vitest";
import { createMarkReader } from "../../../devices/serial/wire/damage-marks.ts";

function read(chunks: readonly (readonly number[])[]): readonly (number | "damaged" | "broke")[] {
  const seen: (number | "damaged" | "broke")[] = [];
  const push = createMarkReader({
    took: (bytes) => seen.push(...bytes),
    damaged: () => seen.push("damaged"),
    broke: () => seen.push("broke"),
  });
  for (const chunk of chunks) push(Uint8Array.from(chunk));
  return seen;
}

test("plain bytes pass as they are", () => {
  expect(read([[0x41, 0x00, 0x42]])).toEqual([0x41, 0x00, 0x42]);
});

test("a byte FF arrives doubled and is one", () => {
  expect(read([[0x41, 0xff, 0xff, 0x42]])).toEqual([0x41, 0xff, 0x42]);
});

test("a damaged byte is told at its place in the stream, and is not passed on", () => {
  expect(read([[0x41, 0xff, 0x00, 0x7f, 0x42]])).toEqual([0x41, "damaged", 0x42]);
});

test("a break is told at its place in the stream", () => {
  expect(read([[0x41, 0xff, 0x00, 0x00, 0x42]])).toEqual([0x41, "broke", 0x42]);
});

test("every chunking of a stream tells the same", () => {
  const item = fc.oneof(
    fc.integer({ min: 0, max: 254 }).map((byte) => ({ wire: [byte], means: byte })),
    fc.constant({ wire: [0xff, 0xff], means: 0xff }),
    fc.constant({ wire: [0xff, 0x00, 0x00], means: "broke" as const }),
    fc.integer({ min: 1, max: 255 }).map((byte) => ({ wire: [0xff, 0x00, byte], means: "damaged" as const })),
  );
  fc.assert(
    fc.property(fc.array(item, { maxLength: 40 }), fc.integer({ min: 1, max: 5 }), (items, size) => {
      const wire = items.flatMap((one) => one.wire);
      const chunks = Array.from({ length: Math.ceil(wire.length / size) }, (_, index) =>
        wire.slice(index * size, (index + 1) * size),
      );
      expect(read(chunks)).toEqual(items.map(({ means }) => means));
    }),
  );
});
