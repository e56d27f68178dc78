import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createCanvas, loadImage } from "@napi-rs/canvas";
import jsqr from "jsqr";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { scratch, valtBridge } from "../cli/valt-bridge.ts";
import { until } from "../support/rig.ts";
import { BROWSER_ARGS, hasBrowser, shareBrowser } from "./browser.ts";
import { DEMO_ON_FREE_PORTS } from "./demo-mapping.ts";

const PATIENT_MS = 20_000;
/** Another name of this machine, as a tablet would have it. */
const NAME = "bridge.test";

describe.skipIf(!hasBrowser)("the QR code of a tablet's link", { timeout: 90_000 }, () => {
  const browser = shareBrowser({ args: [...BROWSER_ARGS, `--host-resolver-rules=MAP ${NAME} 127.0.0.1`] });

  async function visit(url: string): Promise<Page> {
    const { page } = await browser.open(url);
    page.setDefaultTimeout(PATIENT_MS);
    onTestFinished(() => page.close());
    return page;
  }

  it("says the link to a camera, on a desk and on a phone, light and dark, and to nobody else", async () => {
    const { folder, url, running } = await startDemo();
    const page = await visit(`${url}/tablets`);
    const other = await visit(`${url}/tablets`);
    await page.getByRole("combobox", { name: "Panel" }).selectOption("desk");
    await page.getByRole("button", { name: "Make a link" }).click();
    const code = page.getByRole("img", { name: "QR code of the link" });
    await code.waitFor();
    const link = (await page.locator(".made a").getAttribute("href")) ?? "";
    const key = new URL(link).searchParams.get("key") ?? "";
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    for (const size of [
      { width: 1440, height: 900 },
      { width: 390, height: 844 },
    ])
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme });
        await code.scrollIntoViewIfNeeded();
        expect(await readCode(await page.screenshot()), `${colorScheme} ${size.width}`).toBe(link);
      }

    await other.locator(".kiosks li", { hasText: "desk" }).waitFor();
    expect(await other.content()).not.toContain(key);
    expect(await other.getByRole("img", { name: "QR code of the link" }).count()).toBe(0);
    expect(await readCode(await other.screenshot())).toBeUndefined();
    const log = await visit(`${url}/health`);
    await log.getByText("web console open").waitFor();
    expect(await log.content()).not.toContain(key);

    const tablet = await visit((await readCode(await page.screenshot())) ?? "");
    await tablet.locator('[data-device="desk"] .control').first().waitFor();
    await page.reload();
    await page.locator(".kiosks li", { hasText: "desk" }).waitFor();
    expect(await page.content()).not.toContain(key);

    running.process.kill("SIGTERM");
    const { out, err } = await running.ended;
    expect(out + err).not.toContain(key);
    const kept = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
    expect(kept.length).toBeGreaterThan(1);
    for (const { parentPath, name } of kept)
      expect(readFileSync(join(parentPath, name)).includes(key), name).toBe(false);
  });

  it("is not shown for a link that only this machine can open", async () => {
    const { url } = await startDemo();
    const page = await visit(`${url.replace(NAME, "127.0.0.1")}/tablets`);
    await page.getByRole("combobox", { name: "Panel" }).selectOption("desk");
    await page.getByRole("button", { name: "Make a link" }).click();
    await page.getByText("Only this machine can open this link").waitFor();
    expect(await page.getByRole("img", { name: "QR code of the link" }).count()).toBe(0);
    expect(await readCode(await page.screenshot())).toBeUndefined();
    await page.locator(".made a").click();
    await page.locator('[data-device="desk"] .control').first().waitFor();
  });

  it("is not shown twice, and each link has its own", async () => {
    const { url } = await startDemo();
    const page = await visit(`${url}/tablets`);
    await page.getByRole("combobox", { name: "Panel" }).selectOption("desk");
    const links = new Set<string>();
    for (const count of [1, 2]) {
      await page.getByRole("button", { name: "Make a link" }).click();
      await page.locator(`.kiosks li >> nth=${count - 1}`).waitFor();
      links.add((await readCode(await page.screenshot())) ?? "");
    }
    expect(links.size).toBe(2);
    expect(await page.getByRole("img", { name: "QR code of the link" }).count()).toBe(1);
  });
});

/** What a camera reads in a picture; nothing where there is no code. */
async function readCode(png: Buffer): Promise<string | undefined> {
  const image = await loadImage(png);
  const canvas = createCanvas(image.width, image.height).getContext("2d");
  canvas.drawImage(image, 0, 0);
  const { data, width, height } = canvas.getImageData(0, 0, image.width, image.height);
  return jsqr.default(data, width, height)?.data;
}

async function startDemo() {
  const { folder, write } = scratch();
  const file = write("demo.jsonc", DEMO_ON_FREE_PORTS);
  const running = valtBridge(
    [
      "demo",
      "--mapping",
      file,
      "--instance",
      `code-${process.pid}`,
      "--console",
      "127.0.0.1:0",
      "--console-name",
      NAME,
    ],
    { XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder },
  );
  const shown = await until(
    "the address",
    () => /console {3}(http:\S+)/.exec(running.out())?.[1],
    PATIENT_MS,
  );
  const url = new URL(shown);
  url.hostname = NAME;
  return { folder, running, url: url.origin };
}
