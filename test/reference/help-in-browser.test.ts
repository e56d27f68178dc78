import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { findFaults, putAxeInto } from "../web/axe.ts";
import { hasBrowser, shareBrowser } from "../web/browser.ts";
import { type ConsoleRig, startConsole } from "../web/console-rig.ts";

const NAMES = readdirSync(join(import.meta.dirname, "../../dist/help")).filter((name) =>
  name.endsWith(".html"),
);
const PHONES = [
  { width: 390, height: 844 },
  { width: 360, height: 740 },
] as const;

describe.skipIf(!hasBrowser)(
  "the reference in a browser (skipped where there is no Chromium)",
  { timeout: 60_000 },
  () => {
    const browser = shareBrowser({ bypassCSP: true });
    let rig: ConsoleRig;
    let page: Page;
    const cleanUps: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      rig = await startConsole({ cleanUp: (task) => cleanUps.push(task) });
      ({ page } = await browser.open(`${rig.console.url}/help`));
      return () => Promise.all(cleanUps.map((task) => task()));
    }, 60_000);

    it("has the pages that a site needs", () => {
      expect(NAMES).toEqual(expect.arrayContaining(["index.html", "mapping.html", "panels.html"]));
    });

    it("shows the pictures that its documents promise", async () => {
      const promised = { index: 1, bridge: 2 };
      for (const [name, count] of Object.entries(promised)) {
        await page.goto(`${rig.console.url}/help/${name}.html`);
        const widths = await page.locator("main img").evaluateAll(WIDTHS);
        expect(widths.filter((width) => width > 300)).toHaveLength(count);
      }
    });

    it("leads back to the console from every page, in the site's language, without a network", async () => {
      const site = await startConsole({ language: "de", cleanUp: (task) => cleanUps.push(task) });
      const beyond: string[] = [];
      page.on("request", (request) => {
        if (!/^(?:data:|http:\/\/127\.0\.0\.1:)/.test(request.url())) beyond.push(request.url());
      });
      for (const name of NAMES) {
        await page.goto(`${site.console.url}/help/${name}`);
        await page.getByRole("link", { name: "Zurück zur Konsole" }).click();
        await page.waitForURL(`${site.console.url}/`);
      }
      await page.getByRole("heading", { name: "Bedienfelder" }).waitFor();
      expect(beyond).toEqual([]);
    });

    it.each(NAMES)("%s scrolls sideways on no phone", async (name) => {
      for (const size of PHONES) {
        await page.setViewportSize(size);
        await page.goto(`${rig.console.url}/help/${name}`);
        expect(await page.evaluate(TOO_WIDE), `${size.width} pixels wide`).toEqual([]);
      }
    });

    it.each(NAMES)("%s has no fault that axe finds, in either theme, on desk and phone", async (name) => {
      await page.goto(`${rig.console.url}/help/${name}`);
      await putAxeInto(page);
      for (const size of [{ width: 1440, height: 900 }, PHONES[0]])
        for (const colorScheme of ["light", "dark"] as const) {
          await page.setViewportSize(size);
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          expect(await findFaults(page), `${colorScheme}, ${size.width} pixels wide`).toEqual([]);
        }
    });
  },
);

/** How wide each picture is drawn in pixels of its own; nothing where it could not be. */
const WIDTHS = (all: readonly unknown[]) =>
  (all as readonly { readonly naturalWidth: number }[]).map(({ naturalWidth }) => naturalWidth);

/** What reaches beyond the screen, where the page can be scrolled sideways. */
const TOO_WIDE = `(() => {
  if (document.scrollingElement.scrollWidth <= innerWidth) return [];
  const beyond = [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
  return [document.scrollingElement.scrollWidth + " of " + innerWidth, ...beyond.slice(0, 5).map(({ outerHTML }) => outerHTML.slice(0, 160))];
})()`;
