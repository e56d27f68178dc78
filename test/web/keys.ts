import type { Locator, Page } from "playwright-core";
import { eventually } from "./browser.ts";

/** A control of a panel, on whichever page of the console shows it. */
export function keyOf(page: Page, device: string, control: string): Locator {
  return page.locator(`[data-device="${device}"] [data-control="${control}"]`);
}

/** The colour that most of a key's picture has. */
export async function colorOf(page: Page, device: string, control: string): Promise<string> {
  const pixels = await keyOf(page, device, control)
    .locator("img")
    .evaluate((element) => {
      const image = element as unknown as Image;
      const Surface = (globalThis as unknown as Drawing).OffscreenCanvas;
      const surface = new Surface(image.naturalWidth || 1, image.naturalHeight || 1).getContext("2d");
      if (image.naturalWidth > 0) surface.drawImage(image, 0, 0);
      return [...surface.getImageData(0, 0, image.naturalWidth || 1, image.naturalHeight || 1).data];
    });
  return nameColor(pixels);
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
      getImageData(x: number, y: number, width: number, height: number): { readonly data: Iterable<number> };
    };
  };
}

function nameColor(pixels: readonly number[]): string {
  let [red, green] = [0, 0];
  for (let at = 0; at < pixels.length; at += 4) {
    const [r = 0, g = 0, b = 0] = [pixels[at], pixels[at + 1], pixels[at + 2]];
    if (r > 150 && g < 80 && b < 80) red += 4;
    if (g > 120 && r < 120 && b < 160) green += 4;
  }
  if (red > pixels.length / 2) return "red";
  return green > pixels.length / 50 ? "green" : "other";
}

/** Waits until the desk's first key has that colour; gives up loudly. */
export function untilColor(page: Page, color: string): Promise<void> {
  return eventually(`a ${color} key`, async () => (await colorOf(page, "desk", "key-1")) === color);
}
