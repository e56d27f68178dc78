import type { Locator, Page } from "playwright-core";
import { eventually } from "./browser.ts";

/** A control of a panel, on whichever page of the console shows it. */
export function keyOf(page: Page, device: string, control: string): Locator {
  return page.locator(`[data-device="${device}"] [data-control="${control}"]`);
}

/** The colour that most of a key's picture has. */
export async function colorOf(page: Page, device: string, control: string): Promise<string> {
  const { red, green, all } = await keyOf(page, device, control).locator("img").evaluate(countColors);
  if (red > all / 2) return "red";
  return green > all / 50 ? "green" : "other";
}

/** Runs in the page, which must not send thousands of pixels for every look. */
function countColors(element: unknown): {
  readonly red: number;
  readonly green: number;
  readonly all: number;
} {
  const image = element as Image;
  const { OffscreenCanvas } = globalThis as unknown as Drawing;
  const [width, height] = [image.naturalWidth || 1, image.naturalHeight || 1];
  const surface = new OffscreenCanvas(width, height).getContext("2d");
  if (image.naturalWidth > 0) surface.drawImage(image, 0, 0);
  const { data } = surface.getImageData(0, 0, width, height);
  let [red, green] = [0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const [r = 0, g = 0, b = 0] = [data[at], data[at + 1], data[at + 2]];
    if (r > 150 && g < 80 && b < 80) red += 1;
    if (g > 120 && r < 120 && b < 160) green += 1;
  }
  return { red, green, all: width * height };
}

/** As much of the browser as is used: this side has no types of it. */
interface Image {
  readonly naturalWidth: number;
  readonly naturalHeight: number;
}

interface Drawing {
  readonly OffscreenCanvas: new (
    width: number,
    height: number,
  ) => {
    getContext(kind: "2d"): {
      drawImage(image: Image, x: number, y: number): void;
      getImageData(x: number, y: number, width: number, height: number): { readonly data: readonly number[] };
    };
  };
}

/** Waits until the desk's first key has that colour; gives up loudly. */
export function untilColor(page: Page, color: string): Promise<void> {
  return eventually(`a ${color} key`, async () => (await colorOf(page, "desk", "key-1")) === color);
}
