import { setImmediate as nextTurn } from "node:timers/promises";
import { beforeAll, describe, expect, test } from "vitest";
import { icons } from "../../../src/feedback/look.ts";
import { createKeyImages, type KeyImages } from "../../../src/panel/key-image/key-image.ts";
import type { KeyPicture } from "../../../src/panel/key-image/picture.ts";
import { PictureCache } from "../../../src/panel/key-image/picture-cache.ts";
import { tonesFor } from "../../../src/panel/key-image/tones.ts";
import { blank, scenes } from "./scenes.ts";
import { difference } from "./sheet.ts";

let images: KeyImages;
beforeAll(async () => {
  images = await createKeyImages();
});

const key = { widthPx: 72, heightPx: 72 };
const draw = (picture: Partial<KeyPicture>, size = key) => images.draw({ ...blank, ...picture }, size);
const brightnessOf = (rgb: Uint8Array) => rgb.reduce((sum, part) => sum + part, 0) / rgb.length;

describe("a picture", () => {
  test("has three bytes for each of its pixels, for every size in use", () => {
    const sizes = [
      [72, 72],
      [80, 80],
      [96, 96],
      [112, 112],
      [120, 120],
      [144, 112],
      [160, 160],
      [200, 100],
      [248, 58],
      [400, 100],
    ] as const;
    for (const [widthPx, heightPx] of sizes) {
      const rgb = images.draw(scenes.recording, { widthPx, heightPx });
      expect(rgb).toHaveLength(widthPx * heightPx * 3);
      const middle = (Math.floor(heightPx * 0.9) * widthPx + Math.floor(widthPx / 2)) * 3;
      expect([...rgb.subarray(middle, middle + 3)]).not.toEqual([0, 0, 0]);
    }
  });

  test("of nothing is black all over, like a key that is switched off", () => {
    expect(draw({}).every((part) => part === 0)).toBe(true);
  });

  test("shows each icon in a shape of its own, also without any colour", () => {
    const empty = draw({ color: "off", icon: "none", progress: 0 });
    const shapes = icons.map((icon) => {
      const drawn = draw({ color: "off", icon, progress: 0 });
      return { icon, isDrawn: drawn.map((part, index) => (Math.abs(part - empty[index]!) > 50 ? 1 : 0)) };
    });
    for (const one of shapes) {
      for (const other of shapes) {
        if (one.icon >= other.icon) continue;
        expect(shareInOneOnly(one.isDrawn, other.isDrawn), `${one.icon} and ${other.icon}`).toBeGreaterThan(
          0.15,
        );
      }
    }
  });

  /** How much of what two shapes cover is covered by one of them only, 0 to 1. */
  function shareInOneOnly(one: Uint8Array, other: Uint8Array): number {
    const inEither = one.filter((part, index) => part + other[index]! > 0).length;
    const inOneOnly = one.filter((part, index) => part !== other[index]!).length;
    return inOneOnly / inEither;
  }
});

describe("by night", () => {
  const byNight = (picture: KeyPicture) => images.draw({ ...picture, brightness: "night" }, key);

  test("a recording stays as bright as by day, in either colour convention", () => {
    for (const color of ["red", "green"] as const) {
      const tally: KeyPicture = {
        ...blank,
        color,
        icon: "record",
        text: "REC 12:31",
        caption: "Interview 1",
      };
      expect(byNight(tally)).toEqual(images.draw(tally, key));
    }
  });

  test("everything else loses at least a third of its brightness", () => {
    const others = Object.entries(scenes).filter(([, { icon }]) => icon !== "record");
    for (const [name, picture] of others) {
      expect(brightnessOf(byNight(picture)), name).toBeLessThan(
        brightnessOf(images.draw(picture, key)) * 0.67,
      );
    }
  });
});

describe("the dark half of a blink", () => {
  test.each([
    { brightness: "day", least: 4 },
    { brightness: "night", least: 2 },
  ] as const)("differs clearly from the lit one by $brightness", ({ brightness, least }) => {
    for (const [name, scene] of Object.entries(scenes)) {
      // A hold's ring covers the border and does not blink.
      const picture: KeyPicture = { ...scene, brightness, progress: undefined };
      const lit = images.draw(picture, key);
      expect(difference(lit, images.draw({ ...picture, phase: "dark" }, key)), name).toBeGreaterThan(least);
    }
  });

  test("writes its text as fully as the lit one", () => {
    for (const [name, picture] of Object.entries(scenes)) {
      const inked = (shown: KeyPicture) =>
        inkedPixels(shown, { ...shown, text: "", caption: "", icon: "none" });
      // Without icon and progress, what has the ink's colour is text.
      const [lit, dark] = (["lit", "dark"] as const).map((phase) =>
        inked({ ...picture, phase, icon: "none", progress: undefined, badge: "" }),
      );
      expect(dark, name).toBeGreaterThanOrEqual(lit!);
    }
  });

  function inkedPixels(picture: KeyPicture, without: KeyPicture): number {
    const { ink } = tonesFor(picture);
    const [full, empty] = [images.draw(picture, key), images.draw(without, key)];
    let count = 0;
    for (let index = 0; index < full.length; index += 3) {
      const isInk = ink.every((part, offset) => Math.abs(full[index + offset]! - part) < 40);
      const wasInk = ink.every((part, offset) => Math.abs(empty[index + offset]! - part) < 40);
      if (isInk && !wasInk) count += 1;
    }
    return count;
  }
});

describe("the ring of a hold", () => {
  test.each([key, { widthPx: 248, heightPx: 58 }])(
    "grows with every step on $widthPx x $heightPx",
    (size) => {
      const stop = { ...scenes["hold-to-stop"], text: "", icon: "none", caption: "" } as const;
      const start = images.draw({ ...stop, progress: 0 }, size);
      let before = 0;
      for (let step = 1; step <= 60; step += 1) {
        const covered = difference(start, images.draw({ ...stop, progress: step / 60 }, size));
        expect(covered).toBeGreaterThan(before);
        before = covered;
      }
    },
  );

  test("is nothing of its own while no hold is under way, and empty at its beginning", () => {
    const none = draw({ color: "red", icon: "stop", progress: undefined });
    expect(difference(none, draw({ color: "red", icon: "stop", progress: 0 }))).toBeGreaterThan(1);
  });

  test("stays a ring when progress is out of bounds", () => {
    const stop = { color: "red", icon: "stop" } as const;
    expect(draw({ ...stop, progress: 7 })).toEqual(draw({ ...stop, progress: 1 }));
    expect(draw({ ...stop, progress: -1 })).toEqual(draw({ ...stop, progress: 0 }));
  });
});

describe("what was drawn before", () => {
  test("is returned as the same array", async () => {
    const fresh = await createKeyImages();
    const first = fresh.draw(scenes.ready, key);
    expect(fresh.draw({ ...scenes.ready }, { ...key })).toBe(first);
    expect(fresh.draw(scenes.ready, { widthPx: 80, heightPx: 80 })).not.toBe(first);
    expect(fresh.cache).toMatchObject({ hits: 1, misses: 2 });
  });

  test("is not painted over by what is drawn later", async () => {
    const fresh = await createKeyImages();
    const first = fresh.draw(scenes.ready, key);
    const copy = Uint8Array.from(first);
    fresh.draw(scenes.recording, key);
    expect(first).toEqual(copy);
  });

  test("is told apart by every part of the picture", () => {
    const changes: Partial<KeyPicture>[] = [
      { color: "blue" },
      { icon: "lock" },
      { text: "other" },
      { caption: "other" },
      { badge: "+1" },
      { progress: 0.3 },
      { phase: "dark" },
      { brightness: "night" },
    ];
    const plain = images.draw(scenes.ready, key);
    for (const change of changes) {
      const changed = images.draw({ ...scenes.ready, ...change }, key);
      expect(difference(plain, changed), JSON.stringify(change)).toBeGreaterThan(0);
    }
  });

  test("is forgotten when there are too many or they are too large, the longest unused first", () => {
    const cache = new PictureCache({ entries: 3, bytes: 100 });
    const ask = (name: string, bytes = 10) => cache.getOrMake(name, () => new Uint8Array(bytes));
    const first = ask("a");
    for (const name of ["b", "c", "a", "d"]) ask(name);
    expect(cache).toMatchObject({ entries: 3, bytes: 30, hits: 1, misses: 4 });
    expect(ask("a")).toBe(first);
    ask("b");
    expect(cache.misses).toBe(5);
    ask("large", 95);
    expect(cache).toMatchObject({ entries: 1, bytes: 95 });
  });
});

test("memory stays flat over twenty thousand pictures", { timeout: 120_000 }, async () => {
  await drawMany(0, 4000);
  const beforeBytes = process.memoryUsage.rss();
  await drawMany(4000, 20_000);
  const grownMb = (process.memoryUsage.rss() - beforeBytes) / 1e6;
  expect(grownMb).toBeLessThan(40);
});

/** The drawing library frees its buffers only when the event loop turns. */
async function drawMany(from: number, to: number): Promise<void> {
  for (let index = from; index < to; index += 1) {
    draw({ color: "red", text: `${index}` });
    if (index % 32 === 0) await nextTurn();
  }
}
