import { describe, expect, onTestFinished, test } from "vitest";
import { createFakeClock } from "../support/fake-clock.ts";
import { until } from "../support/rig.ts";
import { type DrivenPanelSettings, startDrivenPanel } from "./driven-panel.ts";

/** Where clocks are put forward on 2026-03-29 at 02:00, and back on 2026-10-25 at 03:00. */
const ZONE = "Europe/Berlin";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A panel whose only control has a display, from this moment on, as people there read it. */
async function startAt(moment: string, settings: Partial<DrivenPanelSettings> = {}) {
  const before = process.env.TZ;
  process.env.TZ = ZONE;
  onTestFinished(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });
  const clock = createFakeClock(new Date(`2026-${moment}`).getTime());
  const panel = await startDrivenPanel({
    clock,
    output: { kind: "text", columns: 40 },
    binding: { press: "toggle", look: "tally" },
    ...settings,
  });
  const text = () =>
    panel
      .shown()
      .flatMap((frame) => (frame.kind === "text" ? [frame.text] : []))
      .at(-1);
  return { ...panel, clock, text };
}

describe("the language of a panel", () => {
  const device = { languageAt: { "18:00-06:00": "de" } };

  test("changes at its hours, to the moment, and over midnight", async () => {
    const hours = { languageAt: { "23:58-00:03": "de" } };
    const { clock, text } = await startAt("02-10T23:56:30", { device: hours });
    // Three seconds have passed until the panel is open.
    await clock.advance(86_999);
    expect(text()).toBe("Ready");
    await clock.advance(1);
    expect(text()).toBe("Bereit");
    await clock.advance(2 * MINUTE + 1);
    expect(text()).toBe("Bereit");
    await clock.advance(3 * MINUTE - 2);
    expect(text()).toBe("Bereit");
    await clock.advance(1);
    expect(text()).toBe("Ready");
  });

  test.each([
    [
      "put forward: a time that is left out has come when the clock passes it",
      "03-29T01:58:30",
      [["02:30-05:00", 90_000]],
    ],
    [
      "put back: an hour that comes twice counts twice",
      "10-25T02:28:30",
      [["02:00-02:30", 90_000, 30 * MINUTE, 30 * MINUTE]],
    ],
  ] as const)(
    "is right on the day on which clocks are %s",
    async (_, moment, [[hours, firstMs, ...then]]) => {
      const { clock, text } = await startAt(moment, { device: { languageAt: { [hours]: "de" } } });
      let expected = text();
      for (const [index, afterMs] of [firstMs - 3000, ...then].entries()) {
        await clock.advance(afterMs - (index === 0 ? 1 : 2));
        expect(text(), `before change ${index}`).toBe(expected);
        await clock.advance(index === 0 ? 1 : 2);
        expected = expected === "Ready" ? "Bereit" : "Ready";
        expect(text(), `after change ${index}`).toBe(expected);
      }
    },
  );

  test("follows a clock that is set, either way, within a second or two", async () => {
    const { clock, text } = await startAt("02-10T12:00:30", { device });
    clock.jumpWall(8 * HOUR);
    await clock.advance(2000);
    // The rooms are looked at anew, too.
    await clock.advance(2000);
    expect(text()).toBe("Bereit");
    clock.jumpWall(-8 * HOUR);
    await clock.advance(4000);
    expect(text()).toBe("Ready");
    // Its timer waits for the hours as the clock shows them now.
    clock.jumpWall(5 * HOUR + 58 * MINUTE);
    await clock.advance(4000);
    expect(text()).toBe("Ready");
    await clock.advance(80_000);
    expect(text()).toBe("Bereit");
  });

  test("is what an edit says from then on", async () => {
    const { clock, edit, text } = await startAt("02-10T12:00:30", { device });
    await edit({ press: "toggle", look: "tally" }, { language: "fr" });
    await clock.advance(10);
    expect(text()).toBe("Prêt");
    await edit({ press: "toggle", look: "tally" }, { language: "fr", languageAt: { "12:00-13:00": "nl" } });
    await clock.advance(10);
    expect(text()).toBe("Gereed");
  });

  test("may be its own, the site's at hours, or the site's; words of the site are of the site's language", async () => {
    const site = { language: "de", words: { Ready: "Frei" }, languageAt: { "18:00-06:00": "fr" } };
    const { clock, text, edit } = await startAt("02-10T17:59:30", { site });
    expect(text()).toBe("Frei");
    await clock.advance(MINUTE);
    expect(text()).toBe("Prêt");
    await edit({ press: "toggle", look: "tally" }, { language: "en" });
    await clock.advance(10);
    expect(text()).toBe("Ready");
  });

  test("leaves the texts of a mapping as they are", async () => {
    const look = { otherwise: { text: "Ready" } };
    const { text } = await startAt("02-10T19:00:00", { device, binding: { press: "toggle", look } });
    expect(text()).toBe("Ready");
  });
});

describe("the brightness of a panel", () => {
  const isDrawn = (frame: { readonly kind: string } | undefined) =>
    frame !== undefined && "rgb" in frame && new Set(frame.rgb as Uint8Array).size > 3;
  const lightness = (frame: { readonly kind: string } | undefined) =>
    frame !== undefined && "rgb" in frame
      ? (frame.rgb as Uint8Array).reduce((sum, part) => sum + part, 0)
      : 0;

  async function startImage(moment: string, device: Readonly<Record<string, unknown>>) {
    const output = { kind: "image", widthPx: 72, heightPx: 72 } as const;
    const panel = await startAt(moment, { output, device });
    const now = () => lightness(panel.shown().at(-1));
    await until("a picture with letters", () => isDrawn(panel.shown().at(-1)));
    return { ...panel, now };
  }

  test("is night at its hours, also while it is used, and day afterwards", async () => {
    const { clock, play, now } = await startImage("02-10T20:58:30", {
      brightnessAt: { "21:00-21:10": "night" },
    });
    const day = now();
    await clock.advance(86_000);
    expect(now()).toBe(day);
    await clock.advance(2000);
    const night = now();
    expect(night).toBeLessThan(day * 0.8);
    await play([{ kind: "down" }, { kind: "up" }]);
    await play([2000, { kind: "down" }, { kind: "up" }, 10_000]);
    expect(now()).toBe(night);
    await clock.advance(10 * MINUTE);
    expect(now()).toBe(day);
  });

  test("may be day at hours within the night, and goes with dimming by idleness outside of it", async () => {
    const { clock, play, outcomes, now } = await startImage("02-10T20:59:30", {
      brightnessAt: { "21:10-21:30": "day", "21:00-06:30": "night" },
      dim: { afterSeconds: 60, wake: "only-wakes" },
    });
    const day = now();
    await clock.advance(MINUTE);
    const night = now();
    expect(night).toBeLessThan(day * 0.8);
    // Dimmed by its hours it does not look asleep: the touch acts.
    await clock.advance(5 * MINUTE);
    await play([{ kind: "down" }, { kind: "up" }, 3000]);
    expect(outcomes()).toEqual(["done"]);
    await clock.advance(10 * MINUTE);
    // It is day now, and nobody has touched it for long: the first touch wakes it.
    await play([{ kind: "down" }, { kind: "up" }, 3000]);
    expect(outcomes()).toEqual(["done"]);
    await play([{ kind: "down" }, { kind: "up" }, 3000]);
    expect(outcomes()).toEqual(["done", "done"]);
  });
});

test.each(["24:00-06:00", "18:00", "evening"])(
  "%s are no hours, which check says at its place",
  async (hours) => {
    for (const word of ["languageAt", "brightnessAt"])
      await expect(startAt("02-10T12:00:00", { device: { [word]: { [hours]: "de" } } })).rejects.toThrow(
        `the name "${hours}" is not allowed`,
      );
  },
);
