import { describe, expect, it } from "vitest";
import { controlsOf } from "../../../devices/stream-deck/controls.ts";
import { type ModelWord, modelOf, modelWords } from "../../../devices/stream-deck/models.ts";
import { show } from "../../driver/hid/noting-host.ts";
import { type OpenedDeck, openModel } from "./bench.ts";
import {
  asPicture,
  decodeJpeg,
  difference,
  joinReports,
  le16,
  type Part,
  readBitmap,
  testFrame,
  turns,
} from "./pictures.ts";
import { wireIndex } from "./reports.ts";

const bitmapModels = modelWords.filter((word) => modelOf(word).protocol === "first");
const jpegModels = modelWords.filter((word) => modelOf(word).protocol === "second");

/** How each model wants its pictures, from the table of the maker's pages and the two open libraries. */
const turnOf = (word: ModelWord) => {
  if (word === "plus-xl" || word === "mini" || word === "module-6") return turns.quarter;
  if (word === "plus" || word === "studio" || word === "galleon-k100") return turns.none;
  return word === "original" ? turns.mirrored : turns.half;
};

/** Shows a test frame on one control, and returns the frame and the reports it made. */
async function showTestFrame({ device, handle }: OpenedDeck, id: string) {
  const { output } = device.panel!.controls.find((control) => control.id === id)!;
  if (output.kind !== "image") throw new Error(`${id} shows no pictures`);
  const frame = testFrame(output.widthPx, output.heightPx);
  handle.sent.length = 0;
  await show(device, id, frame);
  return { frame, reports: [...handle.sent] };
}

const keyHeader =
  (key: number) =>
  ({ index, isLast, bodyBytes }: Part) =>
    `0207${byte(key)}${isLast ? "01" : "00"}${le16(bodyBytes!)}${le16(index)}`;

function byte(number: number): string {
  return number.toString(16).padStart(2, "0");
}

describe("a picture for a key", () => {
  it.each(jpegModels)(
    "of %s is a JPEG in reports of 1024 bytes, turned as the model wants it",
    async (word) => {
      const deck = await openModel(word);
      const keyCount = controlsOf(word).filter(({ description }) => description.id.startsWith("key-")).length;
      for (const index of [0, keyCount - 1]) {
        const { frame, reports } = await showTestFrame(deck, `key-${index + 1}`);
        const jpeg = joinReports(reports, { length: 1024, header: keyHeader(index) });
        expect(reports.length).toBe(Math.ceil(jpeg.length / 1016));
        const picture = await decodeJpeg(jpeg);
        const expected = turnOf(word)(asPicture(frame));
        expect([picture.widthPx, picture.heightPx]).toEqual([expected.widthPx, expected.heightPx]);
        expect(difference(picture, expected).mean).toBeLessThan(4);
      }
    },
  );

  it.each(jpegModels)("of %s would be noticed if it were turned otherwise", async (word) => {
    const { frame, reports } = await showTestFrame(await openModel(word), "key-1");
    const picture = await decodeJpeg(joinReports(reports, { length: 1024, header: keyHeader(0) }));
    const others = [turns.none, turns.half, turns.mirrored].filter((turn) => turn !== turnOf(word));
    for (const turn of others) expect(difference(picture, turn(asPicture(frame))).mean).toBeGreaterThan(20);
  });

  it.each(bitmapModels)("of %s is a bitmap, exact to the last byte", async (word) => {
    const deck = await openModel(word);
    const { rows, columns, screen } = modelOf(word).layout.keys!;
    for (const index of [0, rows * columns - 1]) {
      const { frame, reports } = await showTestFrame(deck, `key-${index + 1}`);
      const bytes = word === "original" ? joinHalves(reports, index) : joinPages(reports, index);
      const sizeBytes = screen!.widthPx * screen!.heightPx * 3;
      const bitmap = readBitmap(bytes.subarray(0, 54 + sizeBytes));
      expect(bitmap.header.toString("hex")).toBe(bitmapHeader(screen!.widthPx, word));
      expect(bytes.subarray(54 + sizeBytes).every((padding) => padding === 0)).toBe(true);
      expect(difference(bitmap, turnOf(word)(asPicture(frame)))).toEqual({ mean: 0, most: 0 });
    }
  });
});

/** The first model: two reports of 8191 bytes, counted from 1, each with half of the bitmap. */
function joinHalves(reports: OpenedDeck["handle"]["sent"], index: number): Buffer {
  const key = byte(wireIndex("original", index) + 1);
  const header = ({ index: page, isLast }: Part) =>
    `0201${byte(page + 1)}00${isLast ? "01" : "00"}${key}${"00".repeat(10)}`;
  expect(reports).toHaveLength(2);
  joinReports(reports, { length: 8191, header });
  const half = (54 + 72 * 72 * 3) / 2;
  return Buffer.concat(reports.map(({ bytes }) => bytes.subarray(16, 16 + half)));
}

/** The Mini: pages of 1024 bytes, counted from 0. */
function joinPages(reports: OpenedDeck["handle"]["sent"], index: number): Buffer {
  const header = ({ index: page, isLast }: Part) =>
    `0201${byte(page)}00${isLast ? "01" : "00"}${byte(index + 1)}${"00".repeat(10)}`;
  expect(reports).toHaveLength(20);
  return joinReports(reports, { length: 1024, header });
}

/** Written out by hand: 54 bytes, 24 bits a pixel, no compression, and the dots a metre that each model wants. */
function bitmapHeader(sizePx: number, word: ModelWord): string {
  const le32 = (number: number) => `${le16(number & 0xffff)}${le16(number >>> 16)}`;
  const sizeBytes = sizePx * sizePx * 3;
  const dots = le32(word === "original" ? 3780 : 2835);
  return [
    `424d${le32(sizeBytes + 54)}0000000036000000`,
    `28000000${le32(sizePx)}${le32(sizePx)}0100180000000000`,
    `${le32(sizeBytes)}${dots}${dots}0000000000000000`,
  ].join("");
}

describe("a picture for a strip segment", () => {
  it.each(["plus", "plus-xl", "galleon-k100"] as const)("of %s is a region of the strip", async (word) => {
    const deck = await openModel(word);
    const { strip, dials } = modelOf(word).layout;
    const widthPx = strip!.widthPx / dials!.count;
    for (const index of [0, dials!.count - 1]) {
      const { frame, reports } = await showTestFrame(deck, `strip-${index + 1}`);
      const region = `${le16(index * widthPx)}0000${le16(widthPx)}${le16(strip!.heightPx)}`;
      const jpeg = joinReports(reports, {
        length: 1024,
        header: (part) =>
          `020c${region}${part.isLast ? "01" : "00"}${le16(part.index)}${le16(part.bodyBytes!)}00`,
      });
      const picture = await decodeJpeg(jpeg);
      const expected = (word === "plus-xl" ? turns.quarter : turns.none)(asPicture(frame));
      expect([picture.widthPx, picture.heightPx]).toEqual([expected.widthPx, expected.heightPx]);
      expect(difference(picture, expected).mean).toBeLessThan(4);
    }
  });
});

describe("a picture for the window", () => {
  it("of a Neo is one JPEG, upside down", async () => {
    const { frame, reports } = await showTestFrame(await openModel("neo"), "window");
    const header = ({ index, isLast, bodyBytes }: Part) =>
      `020b00${isLast ? "01" : "00"}${le16(bodyBytes!)}${le16(index)}`;
    const picture = await decodeJpeg(joinReports(reports, { length: 1024, header }));
    expect([picture.widthPx, picture.heightPx]).toEqual([248, 58]);
    expect(difference(picture, turns.half(asPicture(frame))).mean).toBeLessThan(4);
  });
});

describe("pictures", () => {
  it("are never mixed, whoever asks for them at the same time", async () => {
    const { device, handle } = await openModel("xl");
    handle.sent.length = 0;
    const frame = testFrame(96, 96);
    const ids = ["key-1", "key-2", "key-3", "key-32"];
    await Promise.all(ids.map((id) => show(device, id, frame)));
    const keys = handle.sent.map(({ bytes }) => bytes[2]!);
    expect(keys).toEqual(keys.toSorted((one, other) => one - other));
    expect(new Set(keys)).toEqual(new Set([0, 1, 2, 31]));
  });

  it("of the wrong size, for no control, or where none can be shown, are refused", async () => {
    const { device } = await openModel("plus");
    await expect(show(device, "key-1", testFrame(72, 72))).rejects.toThrow(/length/);
    await expect(show(device, "key-9", testFrame(120, 120))).rejects.toThrow(/key-9/);
    await expect(show(device, "dial-1", testFrame(120, 120))).rejects.toThrow(/dial/);
    await expect(show(device, "key-1", { kind: "text", text: "x" })).rejects.toThrow(/text/);
  });

  it("are not written any more once nobody waits for them", async () => {
    const { device, handle } = await openModel("mk2");
    handle.sent.length = 0;
    const aborted = AbortSignal.abort();
    await device.panel!.show(device.panel!.controls[0]!.id, testFrame(72, 72), aborted);
    expect(handle.sent).toEqual([]);
  });
});
