import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { hasBrowser, shareBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";

it("is told by a file that old browsers understand: no module, nothing younger than ES2015", () => {
  const text = readFileSync(join(import.meta.dirname, "../../dist/src/web/page/starter.js"), "utf8");
  expect(text).toContain("data-too-old");
  expect(text).not.toMatch(/\?\.|\?\?|\d_\d|\bimport\s*[{("]|\bexport\b|\basync\b|\*\*|\.\.\./);
});

describe.skipIf(!hasBrowser)(
  "a browser that is too old for the console (skipped where there is no Chromium)",
  { timeout: 60_000 },
  () => {
    const browser = shareBrowser();

    const NEEDS =
      /^This browser is too old .* It needs Chrome or Edge 111, Firefox 115, Safari or iPadOS 16\.4/;

    async function blankPage() {
      const page = await browser.context.newPage();
      onTestFinished(() => page.close());
      return page;
    }

    it.each([
      ["has no import maps", "HTMLScriptElement.supports = (type) => type !== 'importmap'"],
      ["cannot even be asked for them", "delete HTMLScriptElement.supports"],
      ["lacks what the language has now", "delete Array.prototype.toReversed"],
    ])("says so at once when it %s", async (_, script) => {
      const rig = await startConsole();
      const page = await blankPage();
      await page.addInitScript(script);
      await page.goto(rig.console.url);
      await page.getByText(NEEDS).waitFor({ timeout: 10_000 });
      expect(await page.getByText("loading …").count()).toBe(0);
    });

    it("is not told so while it loads, but when nothing has come of it", async () => {
      const rig = await startConsole();
      const page = await blankPage();
      await page.clock.install();
      await page.route("**/page/main.js*", (route) => route.abort());
      await page.goto(rig.console.url);
      await page.clock.runFor(19_000);
      expect(await page.getByText("The console is loading …").count()).toBe(1);
      await page.clock.runFor(2000);
      await page.getByText(NEEDS).waitFor({ timeout: 5000 });
    });

    it("is not told so once the console is there", async () => {
      const rig = await startConsole();
      const page = await blankPage();
      await page.goto(rig.console.url);
      await page.locator('[data-contact="open"]').waitFor();
      expect(await page.locator("#loading").count()).toBe(0);
    });
  },
);
