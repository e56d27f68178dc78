import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { hasBrowser, launchBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";

/** Kept when `CONSOLE_PICTURES=keep` is set, for the README: they differ in their times with every run. */
const FOLDER = join(import.meta.dirname, "pictures");
const isKept = process.env.CONSOLE_PICTURES === "keep";

const DEVICES = {
  desk: { kind: "virtual", model: "mk2", room: "interview-1" },
  studio: { kind: "virtual", model: "plus", room: "interview-2" },
  foyer: {
    kind: "virtual",
    model: "touch-page",
    rooms: ["interview-1", "interview-2", "clinic", "simulation"],
  },
  clinic: { kind: "virtual", model: "neo", room: "clinic" },
  rack: { kind: "osc", listen: "udp://127.0.0.1:0", targets: "udp://127.0.0.1:9" },
  door: { kind: "stream-deck", address: "tcp://127.0.0.1:9", room: "clinic" },
};

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly colorScheme?: "light" | "dark";
  readonly viewport?: { readonly width: number; readonly height: number };
  prepare?(page: Page): Promise<unknown>;
}

const PICTURES: readonly Picture[] = [
  { name: "panels-dark", path: "/", colorScheme: "dark" },
  { name: "panels-light", path: "/" },
  { name: "panels-phone", path: "/", viewport: { width: 360, height: 740 } },
  { name: "panel", path: "/panel/studio" },
  {
    name: "rooms",
    path: "/rooms",
    prepare: (page) => page.locator(".room-row button").first().click(),
  },
  { name: "activity", path: "/activity" },
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
    const rig = await startConsole({ devices: DEVICES });
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
    await page.locator('[data-control="key-10"]').click();
    for (const { name, path, colorScheme = "light", viewport, prepare } of PICTURES) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize(viewport ?? { width: 1280, height: 800 });
      await page.goto(rig.console.url + path);
      await page.locator("h1").first().waitFor();
      if (path === "/" || path.startsWith("/panel")) await page.locator(".control canvas").first().waitFor();
      await page.waitForTimeout(1500);
      await prepare?.(page);
      await page.waitForTimeout(400);
      const picture = await page.screenshot();
      if (isKept) keep(name, picture);
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
