import { describe, expect, it, onTestFinished } from "vitest";
import { checkSettings } from "../../src/web/settings.ts";
import { until } from "../support/rig.ts";
import { hasBrowser, shareBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";
import { EVERY_PAGE } from "./every-page.ts";
import { keyOf, untilColor } from "./keys.ts";
import { startProxy } from "./proxy.ts";

const TOKENS = { press: "press-token-0123456789" };
const ways = [
  ["takes its part of the path away", "strips", "/"],
  ["passes the whole path on", "passes", "/bridge/"],
  ["takes its part away, though the console was told of it", "strips", "/bridge"],
] as const;

describe("the login below a path", () => {
  it.each(ways)("leads back to the console where the proxy %s", async (_, how, basePath) => {
    const rig = await startConsole({ console: { tokens: TOKENS, basePath } });
    const proxy = await startProxy(rig.console.url, how);
    const answer = await fetch(`${proxy.url}/bridge/panel/desk`, { headers: { accept: "text/html" } });
    const html = await answer.text();
    const base = /<base href="([^"]*)">/.exec(html)?.[1] ?? "";
    const action = /<form method="post" action="([^"]*)">/.exec(html)?.[1] ?? "";
    const address = new URL(action, new URL(base, answer.url));
    expect([answer.status, address.pathname]).toEqual([401, "/bridge/login"]);
    const entered = await fetch(address, {
      method: "POST",
      headers: { origin: proxy.url, "content-type": "application/x-www-form-urlencoded" },
      body: `token=${TOKENS.press}`,
      redirect: "manual",
    });
    const to = new URL(entered.headers.get("location") ?? "none", address);
    expect([entered.status, to.pathname]).toEqual([303, "/bridge/"]);
    const cookie = entered.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
    expect((await fetch(to, { headers: { cookie } })).status).toBe(200);
    const left = await fetch(`${proxy.url}/bridge/logout`, {
      method: "POST",
      headers: { origin: proxy.url, cookie },
      redirect: "manual",
    });
    expect(new URL(left.headers.get("location") ?? "none", left.url).pathname).toBe("/bridge/");
  });

  it("sends browsers on that forget the slash, and knows no other path", async () => {
    const rig = await startConsole({ console: { basePath: "/a/b" } });
    const at = (path: string) => fetch(rig.console.url + path, { redirect: "manual" });
    const forgetful = await at("/a/b");
    expect([forgetful.status, forgetful.headers.get("location")]).toEqual([308, "/a/b/"]);
    const statuses = await Promise.all(["/a/b/healthz", "/healthz", "/a/healthz", "/a/bc/healthz"].map(at));
    expect(statuses.map(({ status }) => status)).toEqual([200, 200, 404, 404]);
  });

  it.each(["bridge", "//evil.example", "/a b/", "/../", "https://evil.example/", "/a?b"])(
    "may not be %s",
    (basePath) => {
      expect(checkSettings({ basePath }).ok).toBe(false);
    },
  );
});

describe.skipIf(!hasBrowser)(
  "the console below a path in a real browser (skipped where there is no Chromium)",
  { timeout: 90_000 },
  () => {
    const browser = shareBrowser();

    it.each(ways)("has every page, and works, where the proxy %s", async (_, how, basePath) => {
      const rig = await startConsole({ console: { basePath } });
      const proxy = await startProxy(rig.console.url, how);
      for (const [path, marks] of EVERY_PAGE) {
        const { page, errors } = await browser.open(`${proxy.url}/bridge${path}`);
        for (const mark of ['[data-contact="open"]', ...marks])
          await page
            .locator(mark.replace('href="/', 'href="/bridge/'))
            .first()
            .waitFor({ state: "attached", timeout: 15_000 });
        expect(errors).toEqual([]);
        await page.close();
      }
      expect(proxy.missed).toEqual([]);
    });

    it("goes from page to page, back and forth, and presses", async () => {
      const rig = await startConsole();
      const proxy = await startProxy(rig.console.url, "strips");
      const { page } = await browser.open(`${proxy.url}/bridge/panel/desk`);
      onTestFinished(() => page.close());
      await keyOf(page, "desk", "key-1").click();
      await until("the start", () => rig.simulator.world.room(1)?.status === "recording", 15_000);
      await untilColor(page, "red");
      await page.getByLabel("All panels").click();
      await page.locator('nav a[href="/bridge/rooms"]').click();
      await page.locator(".room-row").first().waitFor();
      expect(new URL(page.url()).pathname).toBe("/bridge/rooms");
      await page.locator(".skip").evaluate("(link) => link.click()");
      expect(new URL(page.url()).pathname).toBe("/bridge/rooms");
      await page.locator('nav a[href="/bridge/"]').first().click();
      await page.goBack();
      await page.locator(".room-row").first().waitFor();
      await page.goForward();
      await page.locator('[data-device="wall"]').waitFor();
      expect(new URL(page.url()).pathname).toBe("/bridge/");
      await page.reload();
      await page.locator('[data-contact="open"]').waitFor();
      expect(proxy.missed).toEqual([]);
    });
  },
);
