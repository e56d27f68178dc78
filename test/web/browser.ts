import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) =>
  existsSync(path),
);

export const hasBrowser = CHROMIUM !== undefined;

export interface Browser {
  readonly context: BrowserContext;
  /** A page that notes every error of its own, and every request beyond the console. */
  open(url: string): Promise<WatchedPage>;
  close(): Promise<void>;
}

export interface WatchedPage {
  readonly page: Page;
  readonly errors: string[];
}

type BrowserSettings = NonNullable<Parameters<typeof chromium.launchPersistentContext>[1]>;

/** One browser for all tests of the block in which this is called. */
export function shareBrowser(settings: BrowserSettings = {}): Pick<Browser, "context" | "open"> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launchBrowser(settings);
  }, 60_000);
  afterAll(() => browser?.close());
  return {
    get context() {
      return browser.context;
    },
    open: (url) => browser.open(url),
  };
}

export const BROWSER_ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A real browser without a window, with nothing in it. */
export async function launchBrowser(settings: BrowserSettings = {}): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "console-test-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM ?? "",
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: BROWSER_ARGS,
    ...settings,
  });
  return {
    context,
    open: async (url) => {
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("pageerror", (error) => errors.push(error.message));
      page.on("console", (message) => {
        if (message.type() === "error") errors.push(message.text());
      });
      const own = new URL(url).host;
      page.on("request", (request) => {
        const { host, protocol } = new URL(request.url());
        if (protocol !== "data:" && host !== own) errors.push(`asked ${request.url()}`);
      });
      await page.goto(url);
      return { page, errors };
    },
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Asks the page until it says yes; gives up loudly. */
export async function eventually(what: string, ask: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 15_000;
  while (!(await ask())) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

/** Until the page is connected, shows what it knows, and has put nothing new into itself for a tenth of a second. */
export async function settled(page: Page, marks: readonly string[]): Promise<void> {
  await page.locator('[data-contact="open"]').waitFor({ timeout: 15_000 });
  for (const mark of marks) await page.locator(mark).first().waitFor({ state: "attached", timeout: 15_000 });
  await page.evaluate(`new Promise((resolve) => {
    const watcher = new MutationObserver(() => wait());
    let waiting;
    const wait = () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => resolve(watcher.disconnect()), 100);
    };
    watcher.observe(document.body, { childList: true, subtree: true });
    wait();
  })`);
}
