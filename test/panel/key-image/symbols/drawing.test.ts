import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { icons } from "../../../../src/feedback/look.ts";
import { createKeyImages, type KeyImages } from "../../../../src/panel/key-image/key-image.ts";
import { type Box, layOut } from "../../../../src/panel/key-image/layout.ts";
import type { KeyPicture, PictureSize } from "../../../../src/panel/key-image/picture.ts";
import { loadSurfaces } from "../../../../src/panel/key-image/surface.ts";
import { contrast, tileBehind, tonesFor } from "../../../../src/panel/key-image/tones.ts";
import { blank, scenes } from "../scenes.ts";
import { difference, readSheet, writeSheet } from "../sheet.ts";
import { plainSymbols, shelfOfScenes, symbolScenes } from "./scenes.ts";

let images: KeyImages;
let surfaces: Awaited<ReturnType<typeof loadSurfaces>>;
beforeAll(async () => {
  images = await createKeyImages(undefined, await shelfOfScenes());
  surfaces = await loadSurfaces();
});

const all = [...symbolScenes, ...plainSymbols];
const sizes: readonly PictureSize[] = [
  [72, 72],
  [80, 80],
  [96, 96],
  [144, 112],
  [200, 100],
  [248, 58],
].map(([widthPx = 0, heightPx = 0]) => ({ widthPx, heightPx }));

test.each([
  { file: "symbols-72.png", widthPx: 72, heightPx: 72 },
  { file: "symbols-96.png", widthPx: 96, heightPx: 96 },
  { file: "symbols-200x100.png", widthPx: 200, heightPx: 100 },
])("$file is drawn as it was approved", async ({ file, ...size }) => {
  const sheet = { size, columns: 8, spacingPx: 10 };
  const night = symbolScenes.map((picture) => ({ ...picture, brightness: "night" as const }));
  const cells = [...all, ...night].map((picture) => images.draw(picture, size));
  const path = fileURLToPath(new URL(`../snapshots/${file}`, import.meta.url));
  if (process.env.UPDATE_SNAPSHOTS === "1") writeSheet(path, { ...sheet, cells });
  const approved = await readSheet(path, sheet, cells.length);
  const differing = cells.flatMap((cell, index) => (difference(cell, approved[index]!) > 0.5 ? [index] : []));
  expect(differing).toEqual([]);
});

describe("a symbol", () => {
  const boxes = (picture: KeyPicture, size: PictureSize, symbol: number | undefined) =>
    layOut(picture, size, { measureEm: surfaces.of(size).measureEm, symbol });

  const cases = sizes.flatMap((size) =>
    Object.values(scenes).flatMap((picture) =>
      [0.2, 0.5, 1, 2, 8].map((proportion) => ({ picture, size, proportion })),
    ),
  );

  test("costs no tally its text, its time or its icon, and covers none of them", () => {
    for (const { picture, size, proportion } of cases) {
      const about = JSON.stringify({ picture, size, proportion });
      const without = boxes(picture, size, undefined);
      const { text, caption, icon, symbol } = boxes(picture, size, proportion);
      expect(text.fitted.isBroken && !without.text.fitted.isBroken, about).toBe(false);
      expect(icon === undefined, about).toBe(without.icon === undefined);
      if (symbol === undefined) continue;
      for (const other of [text.box, caption.box, icon ?? symbol])
        expect(other === symbol ? 0 : overlap(symbol, other), about).toBeLessThanOrEqual(0);
      expect(symbol.leftPx, about).toBeGreaterThanOrEqual(0);
      expect(symbol.leftPx + symbol.widthPx, about).toBeLessThanOrEqual(size.widthPx);
    }
  });

  test("leaves a key of 72 pixels its words in their size", () => {
    const key = { widthPx: 72, heightPx: 72 };
    for (const picture of symbolScenes) {
      if (picture.icon === "none") continue;
      expect(boxes(picture, key, 1).text.fitted.lines).toEqual(
        boxes(picture, key, undefined).text.fitted.lines,
      );
    }
  });

  /** How far two boxes reach into each other; roundings to whole pixels do not count. */
  function overlap(one: Box, other: Box): number {
    const across =
      Math.min(one.leftPx + one.widthPx, other.leftPx + other.widthPx) - Math.max(one.leftPx, other.leftPx);
    const down =
      Math.min(one.topPx + one.heightPx, other.topPx + other.heightPx) - Math.max(one.topPx, other.topPx);
    return Math.min(across, down) - 1;
  }

  test("changes nothing of a picture that is drawn before it is there, and is drawn when it is", async () => {
    const drawn = new Map();
    const shelf = await shelfOfScenes();
    const late = await createKeyImages(undefined, { ...shelf, get: (name) => drawn.get(name) });
    const key = { widthPx: 72, heightPx: 72 };
    const picture = { ...scenes.recording, symbol: "microphone" };
    expect(late.draw(picture, key)).toEqual(late.draw(scenes.recording, key));
    drawn.set("microphone", shelf.get("microphone"));
    expect(late.draw(picture, key)).toEqual(images.draw(picture, key));
    expect(difference(late.draw(picture, key), late.draw(scenes.recording, key))).toBeGreaterThan(2);
  });

  test("in the place of the icon hides the icon alone", () => {
    const key = { widthPx: 96, heightPx: 96 };
    const marked = (stands: KeyPicture["symbolStands"]) =>
      boxes({ ...scenes.mark, symbol: "scale", symbolStands: stands }, key, 1);
    expect(marked("for-icon").icon).toBeUndefined();
    expect(marked("beside-icon").icon).toBeDefined();
    expect(marked("for-icon").badge).toBeDefined();
  });

  test("is dimmed at night, and a recording's is not", () => {
    const key = { widthPx: 72, heightPx: 72 };
    const light = (rgb: Uint8Array) => rgb.reduce((sum, part) => sum + part, 0);
    for (const picture of symbolScenes) {
      const [day, night] = (["day", "night"] as const).map((brightness) =>
        images.draw({ ...picture, brightness }, key),
      );
      if (picture.icon === "record") expect(night).toEqual(day);
      else expect(light(night!)).toBeLessThan(light(day!) * 0.7);
    }
  });
});

test("a picture that can be seen on its key has no tile behind it, and whatever has one can be seen on it", () => {
  const parts = [0, 60, 128, 200, 255];
  const shades = parts.flatMap((red) =>
    parts.flatMap((green) => parts.map((blue) => [red, green, blue] as const)),
  );
  for (const icon of icons)
    for (const color of ["red", "orange", "green", "white", "off", "#8800cc"] as const)
      for (const shade of shades) {
        const tones = tonesFor({ ...blank, icon, color });
        const tile = tileBehind([shade, shade], tones);
        expect(contrast(shade, tile ?? tones.field)).toBeGreaterThanOrEqual(1.7);
      }
});
