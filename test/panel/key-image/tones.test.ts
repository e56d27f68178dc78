import { describe, expect, test } from "vitest";
import type { ColorName, IconName } from "../../../src/feedback/look.ts";
import { colors, icons } from "../../../src/feedback/look.ts";
import type { KeyPicture } from "../../../src/panel/key-image/picture.ts";
import { contrast, tonesFor } from "../../../src/panel/key-image/tones.ts";
import { blank } from "./scenes.ts";

/** Colours of a site's own: every mixture of dark, middle and bright. */
const parts = ["00", "33", "66", "80", "a0", "cc", "ff"];
const own = parts.flatMap((red) =>
  parts.flatMap((green) => parts.map((blue) => `#${red}${green}${blue}` as const)),
);

const every: KeyPicture[] = [...(Object.keys(colors) as ColorName[]), ...own].flatMap((color) =>
  icons.flatMap((icon) =>
    (["lit", "dark"] as const).flatMap((phase) =>
      (["day", "night"] as const).map((brightness) => ({ ...blank, color, icon, phase, brightness })),
    ),
  ),
);
const nameOf = ({ color, icon, phase, brightness }: KeyPicture) => `${color} ${icon} ${phase} ${brightness}`;

describe("in every colour, with every icon, lit and dark, by day and by night", () => {
  test("text, caption and badge stand out by 4.5 to 1", () => {
    for (const picture of every) {
      const { field, ink, captionInk, badge, badgeInk } = tonesFor(picture);
      expect(contrast(ink, field), `text, ${nameOf(picture)}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(captionInk, field), `caption, ${nameOf(picture)}`).toBeGreaterThanOrEqual(4.5);
      expect(contrast(badgeInk, badge), `badge, ${nameOf(picture)}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  test("icon, border and ring stand out by 3 to 1, which is what shapes need", () => {
    for (const picture of every) {
      const { field, stripe, icon, border, ring, ringTrack } = tonesFor(picture);
      expect(contrast(icon, field), `icon, ${nameOf(picture)}`).toBeGreaterThanOrEqual(3);
      if (stripe) expect(contrast(icon, stripe), `striped, ${nameOf(picture)}`).toBeGreaterThanOrEqual(3);
      if (border) expect(contrast(border, field), `border, ${nameOf(picture)}`).toBeGreaterThanOrEqual(3);
      expect(contrast(ring, ringTrack), `ring, ${nameOf(picture)}`).toBeGreaterThanOrEqual(3);
    }
  });
});

test("contrast is that of WCAG", () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21);
  expect(contrast([118, 118, 118], [255, 255, 255])).toBeCloseTo(4.54, 2);
});

test("only what is known to run, pause or be wrong fills its key; a wish does not", () => {
  const fills = (icon: IconName) => {
    const { field } = tonesFor({ ...blank, color: "red", icon });
    return field[0] > 150;
  };
  expect(icons.filter(fills)).toEqual(["record", "pause", "warning"]);
});

test("an unanswered room has a pattern that nothing else has", () => {
  const striped = icons.filter((icon) => tonesFor({ ...blank, color: "purple", icon }).stripe !== undefined);
  expect(striped).toEqual(["offline"]);
});
