import type { Locator, Page } from "playwright-core";
import { eventually } from "./browser.ts";

/** A control of a panel, on whichever page of the console shows it. */
export function keyOf(page: Page, device: string, control: string): Locator {
  return page.locator(`[data-device="${device}"] [data-control="${control}"]`);
}

/** The colour that most of a key's picture has. */
export async function colorOf(page: Page, device: string, control: string): Promise<string> {
  const image = keyOf(page, device, control).locator("img");
  const pixels = (await image.evaluate(`async (image) => {
    await image.decode().catch(() => undefined);
    const [width, height] = [image.naturalWidth, image.naturalHeight];
    const surface = new OffscreenCanvas(Math.max(1, width), Math.max(1, height)).getContext("2d");
    if (width > 0) surface.drawImage(image, 0, 0);
    return [...surface.getImageData(0, 0, surface.canvas.width, surface.canvas.height).data];
  }`)) as readonly number[];
  return nameColor(pixels);
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
