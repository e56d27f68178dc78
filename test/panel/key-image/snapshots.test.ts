import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { createKeyImages, type KeyImages } from "../../../src/panel/key-image/key-image.ts";
import type { KeyPicture } from "../../../src/panel/key-image/picture.ts";
import { blank, scenes } from "./scenes.ts";
import { difference, readSheet, type Sheet, writeSheet } from "./sheet.ts";

/**
 * Pictures as they were approved by eye: `UPDATE_SNAPSHOTS=1 npx vitest run test/panel/key-image` draws
 * them anew. Each is compared by its mean absolute difference, 0 to 255 a colour part.
 */
const TOLERANCE = 0.5;

let images: KeyImages;
beforeAll(async () => {
  images = await createKeyImages();
});

const names = Object.keys(scenes);
const all = Object.values(scenes);
const dark = all.map((picture): KeyPicture => ({ ...picture, phase: "dark" }));
const night = all.map((picture): KeyPicture => ({ ...picture, brightness: "night" }));

const sheets = [
  { file: "snapshots/key-96.png", widthPx: 96, heightPx: 96, columns: 9, shown: [...all, ...dark, ...night] },
  { file: "snapshots/key-72.png", widthPx: 72, heightPx: 72, columns: 9, shown: all },
  { file: "snapshots/key-144x112.png", widthPx: 144, heightPx: 112, columns: 6, shown: all },
  { file: "snapshots/strip-200x100.png", widthPx: 200, heightPx: 100, columns: 6, shown: all },
  { file: "snapshots/window-248x58.png", widthPx: 248, heightPx: 58, columns: 6, shown: all },
  { file: "pictures/keys.png", widthPx: 96, heightPx: 96, columns: 8, spacingPx: 20, shown: all.slice(0, 8) },
  { file: "pictures/strip.png", widthPx: 200, heightPx: 100, columns: 4, shown: strip() },
];

test.each(sheets)(
  "$file is drawn as it was approved",
  async ({ file, shown, columns, spacingPx, ...size }) => {
    const sheet = { size, columns, spacingPx: spacingPx ?? 10 };
    const cells = shown.map((picture) => images.draw(picture, size));
    const path = fileURLToPath(new URL(file, import.meta.url));
    if (process.env.UPDATE_SNAPSHOTS === "1") writeSheet(path, { ...sheet, cells });
    const differences = await compare(path, sheet, cells);
    expect(differences.filter(({ mean }) => mean > TOLERANCE)).toEqual([]);
  },
);

test("a missing or wrong icon is far beyond the tolerance", async () => {
  const size = { widthPx: 72, heightPx: 72 };
  for (const [name, picture] of Object.entries(scenes)) {
    if (picture.icon === "none") continue;
    const right = images.draw(picture, size);
    const wrong = picture.icon === "warning" ? "mark" : "warning";
    for (const icon of ["none", wrong] as const) {
      expect(difference(right, images.draw({ ...picture, icon }, size)), name).toBeGreaterThan(4 * TOLERANCE);
    }
  }
});

test("a simulation of red-green blindness is drawn for people to judge", () => {
  const size = { widthPx: 96, heightPx: 96 };
  const cells = all.map((picture) => withoutGreenCones(images.draw(picture, size)));
  expect(cells).toHaveLength(all.length);
  if (process.env.UPDATE_SNAPSHOTS !== "1") return;
  const path = fileURLToPath(new URL("pictures/colour-blind.png", import.meta.url));
  writeSheet(path, { size, columns: 9, spacingPx: 10, cells });
});

async function compare(path: string, sheet: Omit<Sheet, "cells">, cells: readonly Uint8Array[]) {
  const approved = await readSheet(path, sheet, cells.length);
  return cells.map((cell, index) => ({
    cell: `${names[index % names.length]} (${index})`,
    mean: difference(cell, approved[index]!),
  }));
}

/** Four segments below the dials of a panel. */
function strip(): KeyPicture[] {
  return [
    { ...blank, color: "red", icon: "record", text: "REC 12:31", caption: "Interview 1" },
    { ...blank, color: "green", icon: "ready", text: "Ready", caption: "Interview 2" },
    { ...blank, color: "white", icon: "mark", text: "Mark", caption: "Interview 1", badge: "+3" },
    { ...blank, color: "purple", icon: "offline", text: "No contact for 42 s", caption: "Ward 7" },
  ];
}

/** Deuteranopia after Machado, Oliveira and Fernandes (2009), on linear light. */
function withoutGreenCones(rgb: Uint8Array): Uint8Array {
  const matrix = [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ];
  return rgb.map((_, index) => {
    const first = index - (index % 3);
    const light = matrix[index % 3]!.reduce(
      (sum, share, part) => sum + share * toLight(rgb[first + part]!),
      0,
    );
    return fromLight(light);
  });
}

function toLight(part: number): number {
  const fraction = part / 255;
  return fraction <= 0.04045 ? fraction / 12.92 : ((fraction + 0.055) / 1.055) ** 2.4;
}

function fromLight(light: number): number {
  const bounded = Math.min(1, Math.max(0, light));
  return Math.round(255 * (bounded <= 0.0031308 ? 12.92 * bounded : 1.055 * bounded ** (1 / 2.4) - 0.055));
}
