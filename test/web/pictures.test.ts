import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "jsonc-parser";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { hasBrowser, launchBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";
import { DEMO_ON_FREE_PORTS, DEMO_TEXT } from "./demo-mapping.ts";

/** `CONSOLE_PICTURES=keep` renews those of the READMEs, `=all` keeps all for looking at: their times always differ. */
const FOLDER = join(import.meta.dirname, "pictures");
const wanted = process.env.CONSOLE_PICTURES;

/** What `npm start` shows. */
const { devices } = parse(wanted === undefined ? DEMO_ON_FREE_PORTS : DEMO_TEXT) as {
  readonly devices: Readonly<Record<string, unknown>>;
};

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly isInReadme?: true;
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  prepare?(page: Page): Promise<unknown>;
}

const PICTURES: readonly Picture[] = [
  { name: "panels-dark", path: "/", colorScheme: "dark", isInReadme: true },
  { name: "panels-light", path: "/" },
  { name: "panels-phone", path: "/", viewport: { width: 360, height: 740 } },
  { name: "panel", path: "/panel/desk" },
  {
    name: "rooms",
    path: "/rooms",
    prepare: (page) => page.locator(".room-row button").first().click(),
  },
  {
    name: "activity",
    path: "/activity",
    isInReadme: true,
    prepare: (page) => page.locator(".story summary", { hasText: "tap key-1" }).click(),
  },
  {
    name: "mapping",
    path: "/mapping",
    prepare: (page) => page.getByLabel("Controls of").selectOption("desk"),
  },
  { name: "health", path: "/health" },
  { name: "simulator", path: "/simulator", colorScheme: "dark" },
];

describe.skipIf(!hasBrowser)("pictures of the console", { timeout: 120_000 }, () => {
  it("show something on every page", async () => {
    const rig = await startConsole({ devices });
    const browser = await launchBrowser();
    rig.simulator.somebodyElse(2, "start");
    rig.simulator.somebodyElse(2, "pause");
    rig.simulator.somebodyElse(4, "lock");
    const { page, errors } = await browser.open(`${rig.console.url}/panel/desk`);
    await page.locator('[data-control="key-1"]').click();
    await page
      .getByRole("button", { name: /interview-1 is recording/ })
      .first()
      .waitFor();
    await page.locator('[data-control="key-3"]').click();
    await page.locator('[data-control="key-4"]').click();
    for (const { name, path, isInReadme, colorScheme = "light", viewport, prepare } of PICTURES) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport ?? { width: 1280, height: 800 });
      await page.goto(rig.console.url + path);
      await page.locator("h1").first().waitFor();
      if (path === "/" || path.startsWith("/panel"))
        await page.locator(".control img[src]").first().waitFor();
      await page.waitForTimeout(wanted === undefined ? 300 : 1500);
      await prepare?.(page);
      await page.waitForTimeout(200);
      const picture = await page.screenshot();
      if (wanted === "all" || (wanted === "keep" && isInReadme)) keep(name, picture);
      expect(picture.length, name).toBeGreaterThan(8000);
    }
    await browser.close();
    expect(errors).toEqual([]);
  });
});

function keep(name: string, picture: Buffer): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${name}.png`), picture);
}
