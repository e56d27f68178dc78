import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Running, scratch, valtBridge } from "../cli/valt-bridge.ts";
import { until } from "../support/rig.ts";
import { eventually, hasBrowser, shareBrowser, type WatchedPage } from "./browser.ts";
import { DEMO_ON_FREE_PORTS } from "./demo-mapping.ts";
import { colorOf, keyOf, untilColor } from "./keys.ts";

const PRESS_TOKEN = "a-token-for-pressing";
const VIEW_TOKEN = "a-token-for-viewing";
const PATIENT_MS = 20_000;

describe.skipIf(!hasBrowser)(
  "the demo as its user meets it (skipped where there is no Chromium)",
  { timeout: 120_000 },
  () => {
    const browser = shareBrowser();

    async function visit(url: string): Promise<WatchedPage> {
      const opened = await browser.open(url);
      opened.page.setDefaultTimeout(PATIENT_MS);
      onTestFinished(() => opened.page.close());
      return opened;
    }

    it("first press to red key, hold to stop, somebody else, a dead server, an edited mapping", async () => {
      const demo = startDemo();
      const { page, errors } = await visit(await demo.url());
      await keyOf(page, "desk", "key-1").click();
      await untilColor(page, "red");
      await hold(page, "desk", "key-1");
      await untilColor(page, "green");

      await keyOf(page, "desk", "key-1").click();
      await untilColor(page, "red");
      await visitPage(page, "Simulator");
      const server = page.getByRole("region", { name: /^Room .* on the server$/ }).first();
      await server.getByRole("button", { name: "stop" }).click();
      await page.getByRole("alert").getByText("interview-1: Stopped").waitFor();

      await page.getByRole("switch", { name: "The server is down" }).click();
      await page.locator(".banner.is-lost").waitFor();
      await visitPage(page, "Rooms");
      await eventually(
        "every room as not known",
        async () => (await page.locator('.badge[data-look="stale"]').count()) === 4,
      );
      await visitPage(page, "Panels");
      await keyOf(page, "foyer", "key-1")
        .and(page.getByRole("button", { name: /does not answer/ }))
        .waitFor();
      expect(await colorOf(page, "desk", "key-1")).toBe("other");
      await visitPage(page, "Simulator");
      await page.getByRole("switch", { name: "The server is down" }).click();
      await page.locator(".banner.is-lost").waitFor({ state: "detached" });

      await visitPage(page, "Mapping");
      demo.edit((text) => text.replace('"plus", "room": "interview-1"', '"plus", "room": "interview-9"'));
      await page.getByRole("button", { name: /^Line \d+, column \d+$/ }).waitFor();
      await page.getByRole("button", { name: "Reload" }).click();
      await page.getByText("The file has errors").waitFor();
      demo.edit((text) => text.replace('"plus", "room": "interview-1"', '"plus", "room": "clinic"'));
      await page.getByText("The bridge runs on this.").waitFor();
      await visitPage(page, "Panels");
      await page
        .getByRole("button", { name: /tap: start clinic/ })
        .first()
        .click();
      await untilColor(page, "red");

      demo.process.kill("SIGTERM");
      await page.getByText("No contact with the bridge").waitFor();
      expect((await demo.ended).code).toBe(0);
      expect(errors.filter((text) => !/ERR_CONNECTION_REFUSED|WebSocket/.test(text))).toEqual([]);
    });

    it("with tokens: nobody enters without one, and pressing takes the right one", async () => {
      const demo = startDemo({ VALT_CONSOLE_TOKEN: PRESS_TOKEN, VALT_CONSOLE_VIEW_TOKEN: VIEW_TOKEN });
      const { page } = await visit(await demo.url());
      const enter = async (token: string) => {
        await page.getByLabel("Token for this console").fill(token);
        await page.getByRole("button", { name: "Open the console" }).click();
      };
      await enter("not-the-right-token");
      await page.getByText("This token is not right.").waitFor();
      await enter(VIEW_TOKEN);
      await page
        .getByRole("img", { name: /start interview-1/ })
        .first()
        .waitFor();
      expect(await keyOf(page, "desk", "key-1").count()).toBe(0);
      await page.getByRole("button", { name: "Leave" }).click();
      await enter(PRESS_TOKEN);
      await keyOf(page, "desk", "key-1").click();
      await untilColor(page, "red");
    });
  },
);

interface Demo extends Running {
  /** The address that it prints. */
  url(): Promise<string>;
  /** Saves another text of its mapping file. */
  edit(change: (text: string) => string): void;
}

/** Its own mapping on ports that are free. */
function startDemo(environment: Readonly<Record<string, string>> = {}): Demo {
  const { folder, write } = scratch();
  const text = DEMO_ON_FREE_PORTS;
  const file = write("demo.jsonc", text);
  const running = valtBridge(
    ["demo", "--mapping", file, "--instance", `console-${process.pid}`, "--console", "127.0.0.1:0"],
    { XDG_STATE_HOME: folder, XDG_RUNTIME_DIR: folder, ...environment },
  );
  const found = () => /console {3}(http:\S+)/.exec(running.out())?.[1];
  return {
    ...running,
    url: () => until("the console's address", found, PATIENT_MS),
    edit: (change) => void write("demo.jsonc", change(text)),
  };
}

/** Through the bar on top, as people do. */
function visitPage(page: Page, name: string): Promise<void> {
  return page.getByRole("navigation", { name: "Pages" }).getByRole("link", { name, exact: true }).click();
}

async function hold(page: Page, device: string, control: string): Promise<void> {
  await keyOf(page, device, control).hover();
  await page.mouse.down();
  await untilColor(page, "green");
  await page.mouse.up();
}
