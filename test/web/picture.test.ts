import { createCanvas, loadImage } from "@napi-rs/canvas";
import fc from "fast-check";
import { expect, test } from "vitest";
import { encodePicture, packPicture } from "../../src/web/picture.ts";

const pictures = fc
  .tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }))
  .chain(([widthPx, heightPx]) =>
    fc.record({
      widthPx: fc.constant(widthPx),
      heightPx: fc.constant(heightPx),
      rgb: fc.uint8Array({ minLength: widthPx * heightPx * 3, maxLength: widthPx * heightPx * 3 }),
    }),
  );

test("every pixel of a frame is in its PNG", async () => {
  await fc.assert(
    fc.asyncProperty(pictures, async ({ rgb, widthPx, heightPx }) => {
      const png = encodePicture({ kind: "image", rgb, widthPx, heightPx });
      const image = await loadImage(Buffer.from(png));
      const surface = createCanvas(widthPx, heightPx).getContext("2d");
      surface.drawImage(image, 0, 0);
      const { data } = surface.getImageData(0, 0, widthPx, heightPx);
      const seen = [...data].filter((_, index) => index % 4 !== 3);
      expect([image.width, image.height]).toEqual([widthPx, heightPx]);
      expect(seen).toEqual([...rgb]);
    }),
    { numRuns: 60 },
  );
});

test("the same pixels are encoded once, however many panels show them", () => {
  const frame = { kind: "image", rgb: new Uint8Array(300), widthPx: 10, heightPx: 10 } as const;
  expect(encodePicture(frame)).toBe(encodePicture({ ...frame }));
});

test("a picture on the socket begins with its device and its control", () => {
  const packed = packPicture("desk", "key-1", Uint8Array.of(1, 2, 3));
  expect([...packed.subarray(0, 2)]).toEqual([4, 5]);
  expect(packed.subarray(2, 11).toString()).toBe("deskkey-1");
  expect([...packed.subarray(11)]).toEqual([1, 2, 3]);
});
