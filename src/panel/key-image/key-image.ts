import type { ColorName, IconName } from "../../feedback/look.ts";
import { drawPicture } from "./draw.ts";
import { PictureCache } from "./picture-cache.ts";
import { loadSurfaces } from "./surface.ts";

/** Everything a key shows; pure data. */
export interface KeyPicture {
  readonly color: ColorName;
  readonly icon: IconName;
  /** Wraps and shrinks to fit; may be empty. */
  readonly text: string;
  /** A small line, for example the room's name; may be empty. */
  readonly caption: string;
  /** How many marks wait, for example `+3`; may be empty. */
  readonly badge: string;
  /** How far a hold has come, 0 to 1; nothing while none is under way. */
  readonly progress: number | undefined;
  /** Of a blink: in the dark half everything stays legible, only the status colour is dimmed. */
  readonly phase: "lit" | "dark";
  /** Night dims everything but the sign that recording is on. */
  readonly brightness: "day" | "night";
}

export interface PictureSize {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface KeyImages {
  /** Row by row from the top left, three bytes a pixel. Shared with the cache: must not be changed. */
  draw(picture: KeyPicture, size: PictureSize): Uint8Array;
  readonly cache: { readonly hits: number; readonly misses: number };
}

/**
 * Loads the drawing library and the font: only to be called where a panel with pictures exists. Rejects
 * when the library has no build for this machine, or the site's own font cannot be used.
 */
export async function createKeyImages(ownFont?: string): Promise<KeyImages> {
  const surfaces = await loadSurfaces(ownFont);
  const cache = new PictureCache(CACHE_LIMITS);
  return {
    draw(picture, size) {
      const steady = inSteps(picture);
      return cache.getOrMake(fingerprint(steady, size), () => drawPicture(steady, surfaces.of(size)));
    },
    cache,
  };
}

const CACHE_LIMITS = { entries: 500, bytes: 32 * 1024 * 1024 };
/** Steps of a hold's ring: fine enough to look smooth, coarse enough to be drawn once. */
const PROGRESS_STEPS = 60;

function inSteps(picture: KeyPicture): KeyPicture {
  const { progress } = picture;
  if (progress === undefined) return picture;
  const bounded = Math.min(1, Math.max(0, progress));
  return { ...picture, progress: Math.round(bounded * PROGRESS_STEPS) / PROGRESS_STEPS };
}

function fingerprint(picture: KeyPicture, { widthPx, heightPx }: PictureSize): string {
  const { color, icon, text, caption, badge, progress, phase, brightness } = picture;
  return JSON.stringify([widthPx, heightPx, color, icon, text, caption, badge, progress, phase, brightness]);
}
