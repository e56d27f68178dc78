import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { type Browser, hasBrowser, launchBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";
import { EVERY_PAGE } from "./every-page.ts";

/** How often each page is loaded; `CONSOLE_LOADS=50` for a long look. */
const LOADS = Number(process.env.CONSOLE_LOADS ?? 3);
const SLOWED = 4;
const PATIENT_MS = 10_000;

describe.skipIf(!hasBrowser)(
  "loading the console on a slow machine (skipped where there is no Chromium)",
  () => {
    it(
      `completes every page, each of ${LOADS} times`,
      async () => {
        const rig = await startConsole();
        const browser = await launchBrowser();
        const page = await openSlowed(browser, rig.console.url);
        const [incomplete, tookMs] = [[] as string[], [] as number[]];
        for (let load = 0; load < LOADS; load += 1)
          for (const [path, marks] of EVERY_PAGE) {
            const sinceMs = performance.now();
            await page.goto(rig.console.url + path);
            const missing = await missingOf(page, marks);
            tookMs.push(performance.now() - sinceMs);
            if (missing !== undefined) incomplete.push(`${path} without ${missing}, load ${load + 1}`);
          }
        await browser.close();
        tookMs.sort((one, other) => one - other);
        const [half, most] = [0.5, 1].map((share) =>
          Math.round(tookMs[Math.ceil(tookMs.length * share) - 1] ?? 0),
        );
        console.info(
          `${tookMs.length} loads, ${incomplete.length} incomplete; half within ${half} ms, all within ${most} ms`,
        );
        expect(incomplete).toEqual([]);
      },
      LOADS * EVERY_PAGE.length * (PATIENT_MS + 5000),
    );

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

/** The first mark that does not come. */
async function missingOf(page: Page, marks: readonly string[]): Promise<string | undefined> {
  for (const mark of ['[data-contact="open"]', ...marks])
    try {
      await page.locator(mark).first().waitFor({ state: "attached", timeout: PATIENT_MS });
    } catch {
      return mark;
    }
  return undefined;
}
