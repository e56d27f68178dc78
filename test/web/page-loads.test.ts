import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type Browser, hasBrowser, launchBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";
import { EVERY_PAGE } from "./every-page.ts";

/** How often each page is loaded; `CONSOLE_LOADS=50` for a long look. */
const LOADS = Number(process.env.CONSOLE_LOADS ?? 2);
const SLOWED = 4;
/** Until all that a page shows is there, on a processor that is slowed so often; a few loads may share it with other tests. */
const WITHIN_MS = LOADS < 10 ? 5000 : 2000;
const PATIENT_MS = 10_000;

describe.skipIf(!hasBrowser)(
  "loading the console on a slow machine (skipped where there is no Chromium)",
  () => {
    it(
      `completes every page, each of ${LOADS} times, within ${WITHIN_MS} ms`,
      async () => {
        const rig = await startConsole();
        const browser = await launchBrowser();
        const page = await openSlowed(browser, rig.console.url);
        const tookMs = new Map<string, number[]>(EVERY_PAGE.map(([path]) => [path, []]));
        const incomplete: string[] = [];
        for (let load = 1; load <= LOADS; load += 1)
          for (const [path, marks] of EVERY_PAGE) {
            const seen = await loadOnce(page, rig.console.url + path, marks);
            if (typeof seen === "number") tookMs.get(path)?.push(seen);
            else incomplete.push(`${path} without ${seen.join(", ")}, load ${load}`);
          }
        await browser.close();
        for (const [path, all] of tookMs)
          console.info(
            `${path}: ${all.length} loads, half within ${at(all, 0.5)} ms, slowest ${at(all, 1)} ms`,
          );
        expect(incomplete).toEqual([]);
        const slow = [...tookMs].filter(([, all]) => at(all, 1) > WITHIN_MS);
        expect(slow.map(([path, all]) => `${path} took ${at(all, 1)} ms`)).toEqual([]);
      },
      LOADS * EVERY_PAGE.length * (PATIENT_MS + 5000),
    );

    it("shows nothing that is not so while data has not come", async () => {
      const rig = await startConsole();
      const browser = await launchBrowser();
      const { page } = await browser.open("about:blank");
      // The socket opens, and nothing comes through it.
      await page.routeWebSocket(/socket/, () => undefined);
      for (const [path] of EVERY_PAGE) {
        await page.goto(rig.console.url + path);
        await page.locator('[data-contact="open"]').waitFor();
        await page.locator(".waiting").first().waitFor();
        const [text] = await page.locator("body").allInnerTexts();
        expect(text, path).not.toMatch(NOTHING);
        expect(await page.locator(".empty").count(), path).toBe(0);
      }
      await browser.close();
    });

    it("knows every page that the console has", async () => {
      const rig = await startConsole();
      const browser = await launchBrowser();
      const { page } = await browser.open(rig.console.url);
      await page.locator('nav a[href="/simulator"]').waitFor();
      const links = 'Array.from(document.querySelectorAll("nav a"), (link) => link.getAttribute("href"))';
      const paths = EVERY_PAGE.map(([path]) => path);
      expect([...((await page.evaluate(links)) as string[]), "/panel/desk"].toSorted()).toEqual(
        paths.toSorted(),
      );
      await browser.close();
    });
  },
);

async function openSlowed(browser: Browser, url: string): Promise<Page> {
  const { page } = await browser.open(url);
  const session = await browser.context.newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWED });
  return page;
}

/** What a page says where there is nothing. */
const NOTHING =
  /not there|There is|No (?:room|device|line|mark|tablet|recording)|names no|Nothing|does nothing|nothing measured|\b0\b/;

/** By the page's own clock, how long after the load began all of it stood there; else the marks that never came. */
async function loadOnce(
  page: Page,
  url: string,
  marks: readonly string[],
): Promise<number | readonly string[]> {
  await page.goto(url, { waitUntil: "commit" });
  return (await page.evaluate(`new Promise((resolve) => {
    const marks = ${JSON.stringify(['[data-contact="open"]', ...marks])};
    const isThere = (mark) => {
      const [plain, text] = mark.replace('")', "").split(':text-is("');
      const found = [...document.querySelectorAll(plain)];
      return found.some((one) => text === undefined || one.textContent === text);
    };
    const missing = () => marks.filter((mark) => !isThere(mark));
    const watcher = new MutationObserver(() => look());
    const look = () => {
      if (missing().length > 0) return;
      watcher.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    };
    watcher.observe(document, { attributes: true, childList: true, subtree: true });
    setTimeout(() => resolve(missing()), ${PATIENT_MS});
    look();
  })`)) as number | readonly string[];
}

/** The time within which this share of the loads was complete. */
function at(tookMs: readonly number[], share: number): number {
  const sorted = tookMs.toSorted((one, other) => one - other);
  return Math.round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
}
