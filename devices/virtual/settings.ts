import { z } from "zod";
import { type Layout, type LayoutWord, layoutOf, layoutWords } from "./layouts.ts";

/** The settings of one panel, defaults filled in. */
export type VirtualSettings = z.output<typeof settingsSchema>;

const TOUCH_PAGE = "touch-page";
const words = [TOUCH_PAGE, ...layoutWords] as [typeof TOUCH_PAGE, ...LayoutWord[]];

/** What a mapping may say of a virtual panel. */
export const settingsSchema = z.strictObject({
  model: z
    .enum(words)
    .default("mk2")
    .describe(
      'What it looks like: a Stream Deck by its model, or "touch-page", a grid of large keys for a tablet on the wall. Default: mk2.',
    ),
  columns: z.int().min(1).max(12).default(2).describe("Keys beside each other on a touch-page. Default: 2."),
  rows: z.int().min(1).max(12).default(2).describe("Keys above each other on a touch-page. Default: 2."),
});

/** The layout that the settings ask for. */
export function chosenLayout({ model, columns, rows }: VirtualSettings): Layout {
  return model === TOUCH_PAGE ? { keys: { columns, rows, shape: TOUCH_KEY } } : layoutOf(model);
}

const TOUCH_KEY = [240, 200] as const;
