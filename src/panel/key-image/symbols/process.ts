/**
 * The process in which symbols are drawn. A thread would do no good: while the drawing library draws an SVG in one, no other can
 * write a text; and what it cannot bear ends the whole process.
 */
import host from "node:process";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import { errorText } from "../../../base/error-text.ts";
import type { Drawn, ToDraw } from "./draw-symbols.ts";
import { rasterize } from "./rasterize.ts";

host.once("message", (symbols: ToDraw) => {
  void drawAll(symbols);
});

async function drawAll(symbols: ToDraw): Promise<void> {
  for (const [name, source] of symbols) {
    const drawn: Drawn = await rasterize(source, { createCanvas, loadImage }).then(
      (bitmap) => ({ name, bitmap }),
      (error: unknown) => ({ name, why: errorText(error) }),
    );
    await new Promise((resolve) => host.send?.(drawn, resolve));
  }
  host.disconnect();
}
