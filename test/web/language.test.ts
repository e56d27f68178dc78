import { describe, expect, it, onTestFinished } from "vitest";
import { eventually, hasBrowser, shareBrowser } from "./browser.ts";
import { mappingText, startConsole } from "./console-rig.ts";

const PATIENT_MS = 15_000;
const TOKEN = "a-token-of-twenty-letters";

describe.skipIf(!hasBrowser)(
  "the console's language (skipped where there is no Chromium)",
  { timeout: 60_000 },
  () => {
    const browser = shareBrowser();

    async function visit(url: string) {
      const { page } = await browser.open(url);
      onTestFinished(() => page.close());
      return page;
    }

    it("is the mapping's, from the login on", async () => {
      const rig = await startConsole({
        extra: { language: "de", words: { Leave: "Tschüs & <weg>" } },
        console: { tokens: { press: TOKEN } },
      });
      const page = await visit(rig.console.url);
      expect(await page.locator("html").getAttribute("lang")).toBe("de");
      await page.getByLabel("Token für diese Konsole").fill("falsch");
      await page.getByRole("button", { name: "Konsole öffnen" }).click();
      await page.getByText("Dieses Token stimmt nicht.").waitFor({ timeout: PATIENT_MS });
      await page.getByLabel("Token für diese Konsole").fill(TOKEN);
      await page.getByRole("button", { name: "Konsole öffnen" }).click();
      await page.getByText("0 von 4 nehmen auf").waitFor({ timeout: PATIENT_MS });
      await page.getByRole("link", { name: "Bereit" }).waitFor();
      await page.getByRole("navigation", { name: "Seiten" }).getByText("Räume").waitFor();
      await page.getByRole("button", { name: "Tschüs & <weg>" }).waitFor();
      await rig.simulator.down();
      await page.getByRole("alert").getByText("werden Marken aufgehoben").waitFor({ timeout: PATIENT_MS });
      await page.getByText("? von 4 nehmen auf").waitFor();
    });

    it("reaches pages that are open when it changes, and so do the colours", async () => {
      const rig = await startConsole();
      const page = await visit(`${rig.console.url}/panel/desk`);
      await page.locator(".control img[src]").first().waitFor({ timeout: PATIENT_MS });
      rig.edit(mappingText(rig.simulator.url, { extra: { language: "fr", colors: "green-is-recording" } }));
      const other = await visit(`${rig.console.url}/mapping`);
      await other.getByRole("button", { name: "Reload" }).click();
      for (const one of [page, other])
        await eventually("French", async () => (await one.locator("html").getAttribute("lang")) === "fr");
      await other.getByRole("link", { name: "Prêt" }).waitFor({ timeout: PATIENT_MS });
      const green = '[data-colors="green-is-recording"]';
      expect(await other.locator(green).count()).toBe(1);
      const icon = async () => (await other.locator('link[rel="icon"]').getAttribute("href")) ?? "";
      expect(await icon()).toMatch(/\/icon\.svg$/);
      rig.simulator.somebodyElse(1, "start");
      await eventually("the green icon", async () => (await icon()).includes("green"));
      expect((await fetch(new URL(await icon(), `${rig.console.url}/`))).status).toBe(200);
    });
  },
);
