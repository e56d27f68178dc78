import type { Locator } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../support/rig.ts";
import { hasBrowser, shareBrowser } from "./browser.ts";
import { type ConsoleRigSettings, startConsole } from "./console-rig.ts";

const PATIENT_MS = 15_000;
const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
] as const;
const ROOMS = { "interview-1": { id: 1, label: "Talks" }, "interview-2": 2, clinic: 3 };
const LOST_FOR_MS = 83_500;

describe.skipIf(!hasBrowser)(
  "how the console's pages look (skipped where there is no Chromium)",
  { timeout: 90_000 },
  () => {
    const browser = shareBrowser();

    async function start(settings: ConsoleRigSettings = {}) {
      const rig = await startConsole({ rooms: ROOMS, ...settings });
      const { page } = await browser.open(`${rig.console.url}/panel/desk`);
      page.setDefaultTimeout(PATIENT_MS);
      onTestFinished(() => page.close());
      return { rig, page, visit: (path: string) => page.goto(rig.console.url + path) };
    }

    it.each(["en", "de", "fr", "es", "nl"])(
      "badges of a row stay in it, in the language %s",
      async (language) => {
        const { rig, page, visit } = await start({ language });
        await page.locator('[data-control="key-1"]').click();
        await until("the recording", () => rig.bridge.status().rooms[0]?.status === "recording", PATIENT_MS);
        rig.simulator.somebodyElse(1, "stop");
        await until("the alarm", () => rig.bridge.status().alarms.length > 0, PATIENT_MS);
        await rig.simulator.down();
        await visit("/rooms");
        const row = page.locator(".room-row").first();
        await row.locator('[data-look="stale"]').waitFor();
        for (const size of SIZES) {
          await page.setViewportSize(size);
          const [outer, ...badges] = await boxesOf(row.locator("button, .badge"));
          expect(badges).toHaveLength(2);
          for (const badge of badges) {
            expect(badge.top).toBeGreaterThanOrEqual(outer?.top ?? 0);
            expect(badge.bottom).toBeLessThanOrEqual(outer?.bottom ?? 0);
          }
          const [label, note] = await boxesOf(row.locator(".two-lines > :is(b, .problem)"));
          if (size === SIZES[0]) expect(note?.left, "the note in its column").toBeLessThan(size.width / 2);
          expect(badges[1]?.right).toBeLessThanOrEqual(label?.left ?? 0);
        }
        await row.locator("button").click();
        for (const size of SIZES) {
          await page.setViewportSize(size);
          const [title, close] = await boxesOf(page.locator(".details > header :is(h2, button)"));
          expect(close?.top, "the button that closes beside the title").toBeLessThan(title?.bottom ?? 0);
        }
      },
    );

    it("what goes on for more than a minute is told in minutes and seconds", async () => {
      const { page } = await start({
        amend: (source) => ({
          ...source,
          status() {
            const real = source.status();
            const servers = real.servers.map((server) => ({
              ...server,
              state: "lost" as const,
              lostForMs: LOST_FOR_MS,
            }));
            return { ...real, servers };
          },
        }),
      });
      await page.goto(page.url().replace("panel/desk", "health"));
      await page.getByText(/has not answered for 1\smin\s\d+\ss\./).waitFor();
    });

    it("a browser on this machine is called so in Activity, and news has no empty space", async () => {
      const { rig, page, visit } = await start({ language: "de" });
      await page.locator('[data-control="key-1"]').click();
      await visit("/activity");
      const story = page.locator('.story[data-verdict="done"]').first();
      await story.getByText("Dieser Rechner", { exact: true }).waitFor();
      expect(await page.locator("main").textContent()).not.toContain("web:");
      rig.simulator.somebodyElse(3, "start");
      const news = page.locator('.story[data-verdict="news"]').first();
      await news.waitFor();
      const [told, done] = [await news.boundingBox(), await story.boundingBox()];
      expect(told?.height).toBeLessThanOrEqual(1 + (done?.height ?? 0));
    });

    it("Mapping calls rooms by their labels, and controls have their names in one line on a phone", async () => {
      const { page, visit } = await start();
      await page.setViewportSize(SIZES[1]);
      await visit("/mapping");
      await page.getByLabel("Controls of").selectOption("desk");
      const row = page.locator(".bindings li").first();
      await row.getByText("tap: start Talks; hold: stop Talks").waitFor();
      const [name] = await boxesOf(row.locator("b"));
      expect((name?.bottom ?? 99) - (name?.top ?? 0)).toBeLessThan(30);
    });

    it("pages of rooms are called by the rooms' labels, and buttons in the site's language", async () => {
      const { page, visit } = await start({
        language: "de",
        devices: {
          desk: { kind: "virtual", room: "interview-1" },
          wall: { kind: "stream-deck", model: "xl", serialNumber: "AL12H1A00001", rooms: "all" },
          jog: { kind: "usb-hid", profile: "contour-shuttle-pro-2", room: "clinic" },
        },
      });
      await visit("/");
      await page.locator('[data-device="wall"]').getByText("zur Seite Talks wechseln").waitFor();
      await page.locator('[data-device="jog"]').getByText("Knopf 15").waitFor();
      await visit("/mapping");
      await page.locator(".learn select").selectOption("wall");
      await page.getByRole("heading", { name: "Seite Talks" }).waitFor();
      await page.getByText("tippen: zur ersten Seite wechseln").first().waitFor();
    });

    it.each(["en", "de", "fr", "es", "nl"])(
      "a phone's bar says what its numbers count, in one line with a server that is away, in the language %s",
      async (language) => {
        const { rig, page, visit } = await start({ language });
        await page.setViewportSize(SIZES[1]);
        await visit("/");
        await page.locator(".tally", { hasText: "REC 0/3" }).waitFor();
        await rig.simulator.down();
        await page.locator(".tally", { hasText: "REC ?/3" }).waitFor();
        await page.locator(".bar .pill.is-failed").waitFor();
        const [tally, pill] = await boxesOf(page.locator(".bar :is(.tally, .pill)"));
        expect(pill?.top).toBeLessThan(tally?.bottom ?? 0);
        expect(pill?.right).toBeLessThanOrEqual(SIZES[1].width);
      },
    );

    it.each(["en", "de", "fr", "es", "nl"])(
      "a phone shows a panel without pictures whole, by names and lamps, in the language %s",
      async (language) => {
        const { page, visit } = await start({
          language,
          devices: {
            desk: { kind: "virtual", room: "interview-1" },
            foot: { kind: "virtual", model: "pedal", room: "interview-1" },
            keys: { kind: "usb-hid", profile: "xkeys-xk-80", room: "clinic" },
          },
        });
        await page.setViewportSize(SIZES[1]);
        await visit("/");
        for (const device of ["foot", "keys"]) {
          const panel = page.locator(`[data-device="${device}"]`);
          await panel.locator(".face-words b").first().waitFor();
          expect(await panel.locator(".face-words :is(span, small):visible").count()).toBe(0);
          expect(await cutIn(panel.locator(".deck, .deck .control")), device).toEqual([]);
        }
        await visit("/panel/foot");
        await page.locator(".pedal .face-words small").first().waitFor();
      },
    );

    it("knobs are round, and what a panel does is on the screen beside an alarm", async () => {
      const devices = { desk: { kind: "virtual", model: "plus", room: "interview-1" } };
      const { rig, page } = await start({ devices });
      await page.locator('[data-control="key-1"]').click();
      await until("the recording", () => rig.bridge.status().rooms[0]?.status === "recording", PATIENT_MS);
      rig.simulator.somebodyElse(1, "stop");
      await page.getByRole("alert").waitFor();
      for (const size of SIZES) {
        await page.setViewportSize(size);
        for (const { top, bottom, left, right } of await boxesOf(page.locator(".knob")))
          expect(Math.abs(bottom - top - (right - left)), `${size.width}`).toBeLessThan(1);
        const [list] = await boxesOf(page.locator(".actions"));
        expect(list?.bottom, `${size.width}`).toBeLessThanOrEqual(size.height);
      }
    });

    it.each(["en", "de", "fr"])(
      "Activity's filters leave a phone half of its screen, in the language %s",
      async (language) => {
        const { rig, page, visit } = await start({ language });
        await page.setViewportSize(SIZES[1]);
        await page.locator('[data-control="key-1"]').click();
        await until("the recording", () => rig.bridge.status().rooms[0]?.status === "recording", PATIENT_MS);
        await visit("/activity");
        await page.locator(".story").first().waitFor();
        const [story] = await boxesOf(page.locator(".story").first());
        expect(story?.top).toBeLessThan(SIZES[1].height / 2);
      },
    );

    it.each(["en", "de", "fr"])(
      "the simulator's buttons stand in one line, in the language %s",
      async (language) => {
        const { rig, page, visit } = await start({ language });
        rig.simulator.somebodyElse(2, "start");
        rig.simulator.somebodyElse(3, "start");
        rig.simulator.somebodyElse(3, "pause");
        await visit("/simulator");
        await page.locator('.room-card[data-status="paused"]').waitFor();
        for (const size of SIZES) {
          await page.setViewportSize(size);
          for (const card of await page.locator(".somebody").all()) {
            const tops = (await boxesOf(card.locator("button"))).map(({ top }) => top);
            expect(new Set(tops).size, `${language} ${size.width}`).toBe(1);
          }
        }
      },
    );
  },
);

/** Of those elements whose content is wider or taller than they are: their texts. */
function cutIn(elements: Locator): Promise<readonly string[]> {
  return elements.evaluateAll((all) =>
    (all as unknown as readonly Sizes[])
      .filter((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight)
      .map(({ className, textContent }) => `${className}: ${textContent}`),
  );
}

interface Sizes {
  readonly className: string;
  readonly textContent: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly scrollHeight: number;
  readonly clientHeight: number;
}

interface Box {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

function boxesOf(elements: Locator): Promise<readonly Box[]> {
  return elements.evaluateAll((all) =>
    (all as unknown as readonly { getBoundingClientRect(): Box }[]).map((one) => {
      const { top, bottom, left, right } = one.getBoundingClientRect();
      return { top, bottom, left, right };
    }),
  );
}
