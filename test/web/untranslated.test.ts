import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { phrases } from "../../src/language/phrases.ts";
import { told } from "../../src/language/told.ts";
import { until } from "../support/rig.ts";
import { hasBrowser, settled, shareBrowser } from "./browser.ts";
import { type ConsoleRig, DEVICES, startConsole } from "./console-rig.ts";
import { EVERY_PAGE } from "./every-page.ts";

const PATIENT_MS = 15_000;
/** A language in which every phrase shows that it is one. */
const MARKED = Object.fromEntries(phrases.map((phrase) => [phrase, `⟦${phrase}⟧`]));
const gone = { kind: "stream-deck", model: "plus", serialNumber: "AL12H1A00001", room: "interview-1" };
const net = { kind: "osc", listen: "udp://127.0.0.1:0", allow: ["127.0.0.1"] };
/** What has a name of its own, as the mapping, the server or the product has it. */
const NAMES =
  /\b(?:interview-[12]|clinic|simulation|desk|wall|gone|net|Interview [1-4]|key-\d+|VALT panel bridge|virtual|stream-deck|osc|test|targets|site\.jsonc|CSV|JSON|ms|h|min)\b|https?:\S+|udp:\S+|\/(?:healthz|readyz|metrics|status\.json)\b/g;
const OWN_NAMES = ".brand, .product, .code";

describe.skipIf(!hasBrowser)(
  "what people read (skipped where there is no Chromium)",
  { timeout: 120_000 },
  () => {
    const browser = shareBrowser();

    it("is a phrase of the site's language on every page, or is marked as English", async () => {
      const extra = { language: "de", words: MARKED };
      const rig = await startConsole({ devices: { ...DEVICES, gone, net }, extra });
      const { page } = await browser.open(`${rig.console.url}/panel/desk`);
      onTestFinished(() => page.close());
      await makeTrouble(rig);
      expect(await collect(page, rig)).toEqual([]);
      rig.edit('{ "server": 1, "rooms": {} }');
      await rig.simulator.down();
      await until("the outage", () => rig.bridge.status().server.state === "lost", PATIENT_MS);
      press(rig, "desk", "key-1");
      expect(await collect(page, rig)).toEqual([]);
    });

    it("has the decimal sign of the language, also where the bridge counted", async () => {
      const said = told("the server's clock is {seconds} s behind this machine's", { seconds: 17.3 });
      const clock = { name: "clock", state: "warning", said, text: "", remedy: "" } as const;
      const rig = await startConsole({
        extra: { language: "de" },
        amend(source) {
          const status = () => {
            const real = source.status();
            return { ...real, readiness: { ...real.readiness, checks: [clock] } };
          };
          return { ...source, status };
        },
      });
      const { page } = await browser.open(`${rig.console.url}/health`);
      onTestFinished(() => page.close());
      await page.getByText("gegenüber diesem Rechner 17,3 s nach").waitFor({ timeout: PATIENT_MS });
    });
  },
);

/** A recording of this console is stopped by somebody else, a press is refused, another one locks a room. */
async function makeTrouble(rig: ConsoleRig): Promise<void> {
  const roomAt = (index: number) => rig.bridge.status().rooms[index];
  press(rig, "desk", "key-1");
  await until("the recording", () => roomAt(0)?.status === "recording", PATIENT_MS);
  rig.simulator.somebodyElse(1, "stop");
  await until("the alarm", () => rig.bridge.status().alarms.length > 0, PATIENT_MS);
  press(rig, "desk", "key-3");
  rig.simulator.somebodyElse(2, "lock");
  await until("the lock", () => roomAt(1)?.status === "locked", PATIENT_MS);
  press(rig, "wall", "key-1");
}

function press({ bridge }: ConsoleRig, device: string, control: string): void {
  const peer = { id: "test", address: "127.0.0.1", reach: "same-machine", delivery: "stream" };
  for (const kind of ["down", "up"] as const)
    bridge.touch(device as never, { kind, control: control as never }, peer as never);
}

/** What is neither a phrase nor a name nor marked as English, on every page, with all that can be opened there. */
async function collect(page: Page, rig: ConsoleRig): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [path, marks] of EVERY_PAGE) {
    await page.goto(rig.console.url + path);
    await settled(
      page,
      marks.filter((mark) => !mark.includes("aria-label")),
    );
    if (path === "/rooms") await page.locator(".room-row button").first().click();
    if (path === "/mapping") await page.locator("select").first().selectOption("desk");
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    const texts = (await page.evaluate(TEXTS)) as readonly string[];
    found.push(...texts.filter((text) => hasUnmarked(text)).map((text) => `${path} ${text}`));
  }
  return [...new Set(found)];
}

function hasUnmarked(text: string): boolean {
  let rest = text;
  for (let before = ""; before !== rest; ) {
    before = rest;
    rest = rest.replaceAll(/⟦[^⟦⟧]*⟧/g, " ");
  }
  return /\p{L}{2}/u.test(rest.replaceAll(NAMES, " "));
}

/** All texts of the page, and those that only screen readers and pointers meet. */
const TEXTS = `(() => {
  const skipped = "script, style, noscript, code, time, [lang=en], ${OWN_NAMES}";
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode;
    if (parentElement.closest(skipped) === null) texts.push(data.trim());
  }
  for (const name of ["aria-label", "title", "placeholder", "alt"])
    for (const one of document.querySelectorAll("[" + name + "]"))
      if (one.closest(skipped) === null) texts.push(one.getAttribute(name));
  return texts;
})()`;
