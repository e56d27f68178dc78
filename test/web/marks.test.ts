import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it, onTestFinished, test } from "vitest";
import { told } from "../../src/language/told.ts";
import { makeRefusedMarks } from "../support/refused-marks.ts";
import { until } from "../support/rig.ts";
import { type Browser, hasBrowser, launchBrowser } from "./browser.ts";
import { type ConsoleRig, type ConsoleRigSettings, startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

const PATIENT_MS = 15_000;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");
/** As long as people write, and with what a page must not take for its own. */
const LONG = `<b>${"Kind weint, Mutter verlässt den Raum und kommt nach kurzer Zeit zurück; ".repeat(3)}${"x".repeat(90)}`;

const TOKENS = { press: "press-token-press-token", view: "view-token-view-token" };

const DESK = { kind: "virtual", model: "mk2", room: "interview-1" };

const WAITING = { "key-2": { press: { mark: "later" } } };

/** A console of a bridge to which the server has refused these marks. */
async function consoleWith(texts: readonly string[], settings: ConsoleRigSettings = {}): Promise<ConsoleRig> {
  const controls: Record<string, unknown> = { "key-1": { press: "start" } };
  texts.forEach((text, index) => {
    controls[`key-${index + 2}`] = { press: { mark: text } };
  });
  const rig = await startConsole({ devices: { desk: { ...DESK, controls } }, ...settings });
  if (texts.length === 0) return rig;
  await makeRefusedMarks(
    {
      ...rig,
      start: () => press(rig, "key-1"),
      mark: (text) => press(rig, `key-${texts.indexOf(text) + 2}`),
    },
    texts,
  );
  return rig;
}

function press({ bridge }: ConsoleRig, control: string): void {
  const peer = { id: "test", address: "127.0.0.1", reach: "same-machine", delivery: "stream" };
  for (const kind of ["down", "up"] as const)
    bridge.touch("desk" as never, { kind, control: control as never }, peer as never);
}

test("a page that follows marks is told of them and of every change; settling takes the right to press", async () => {
  const rig = await consoleWith(["Important"], { console: { tokens: TOKENS } });
  const { url } = rig.console;
  const [presser, watcher] = await Promise.all(
    [TOKENS.press, TOKENS.view].map((token) =>
      connectPage(url, { headers: { authorization: `Bearer ${token}` } }),
    ),
  );
  for (const page of [presser, watcher]) page!.say({ type: "follow", topics: ["marks"] });
  const { marks } = await watcher!.heard("marks");
  expect(marks).toMatchObject({ waiting: 0, refused: 1 });
  expect(marks.newest).toMatchObject([
    {
      state: "refused",
      room: "interview-1",
      text: "Important",
      by: "desk key-2",
      why: expect.stringMatching(/\w/),
    },
  ]);
  const mark = marks.newest[0]!.id;
  watcher!.say({ type: "settle", request: 7, mark });
  expect(await watcher!.heard("answer")).toMatchObject({ request: 7, isFine: false });
  expect(rig.bridge.status().marks.refused).toHaveLength(1);

  presser!.say({ type: "settle", request: 8, mark });
  expect(await presser!.heard("answer")).toMatchObject({ request: 8, isFine: true });
  await watcher!.heard("marks", ({ marks: { refused, newest } }) => refused === 0 && newest.length === 0);
  expect(rig.facts.findLast(({ kind }) => kind === "mark")).toMatchObject({
    result: "settled",
    by: expect.stringMatching(/^web:token-\d+$/),
  });
  presser!.say({ type: "settle", request: 9, mark });
  expect(await presser!.heard("answer", ({ request }) => request === 9)).toMatchObject({ isFine: false });
}, 60_000);

test("monitoring and the checks count refused marks", async () => {
  const rig = await consoleWith(["Important"]);
  expect(await (await fetch(`${rig.console.url}/metrics`)).text()).toContain("valt_bridge_marks_refused 1");
  const page = await connectPage(rig.console.url);
  const { overview } = await page.heard("overview");
  expect(overview.checks.find(({ name }) => name === "Marks")).toMatchObject({
    state: "warning",
    text: told("marks refused: {refused}, waiting: {waiting}", { refused: 1, waiting: 0 }),
  });
}, 60_000);

describe.skipIf(!hasBrowser)("Health (skipped where there is no Chromium)", { timeout: 90_000 }, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchBrowser({ bypassCSP: true });
  }, 60_000);

  afterAll(() => browser?.close());

  async function visitHealth(rig: ConsoleRig): Promise<Page> {
    const { page } = await browser.open(`${rig.console.url}/health`);
    page.setDefaultTimeout(PATIENT_MS);
    onTestFinished(() => page.close());
    return page;
  }

  it("lists refused marks with all that is known, newest first, until somebody settles them", async () => {
    const rig = await consoleWith(["first", "second"]);
    const page = await visitHealth(rig);
    const card = page.getByRole("region", { name: "Marks" });
    await card.getByText("2 refused, 0 waiting to be delivered.").waitFor();
    const lines = card.getByRole("listitem");
    expect(await lines.first().textContent()).toMatch(
      /second.*interview-1.*refused: \w.*Pressed .*\d:\d\d.*, \d\d:\d\d, recording \S+, by desk key-3/s,
    );
    await card.getByRole("button", { name: "Settle the mark second in interview-1" }).click();
    await card.getByText("1 refused, 0 waiting").waitFor();
    await card.getByRole("button", { name: "Settle the mark first in interview-1" }).click();
    await card.getByText("No mark is waiting, and none that was refused is left to see to.").waitFor();
  });

  it("lists a mark as long as it waits", async () => {
    const rig = await consoleWith([], { devices: { desk: { ...DESK, controls: WAITING } } });
    const card = (await visitHealth(rig)).getByRole("region", { name: "Marks" });
    await card.getByText("No mark is waiting").waitFor();
    rig.simulator.somebodyElse(1, "start");
    await until("its time", () => rig.bridge.status().rooms[0]?.elapsedMs !== undefined, PATIENT_MS);
    rig.simulator.fault({ kind: "error", status: 503, path: "comment" });
    press(rig, "key-2");
    await card.getByText("0 refused, 1 waiting to be delivered.").waitFor();
    expect(await card.getByRole("listitem").textContent()).toMatch(
      /later.*interview-1.*waiting.*by desk key-2/s,
    );
    expect(await card.getByRole("button").count()).toBe(0);
    rig.simulator.clearFaults();
    await card.getByText("No mark is waiting").waitFor();
  });

  it.each(["light", "dark"] as const)(
    "has no fault that axe finds with marks on it, in the %s theme, and fits a phone",
    async (colorScheme) => {
      const rig = await consoleWith([LONG, "short"]);
      const page = await visitHealth(rig);
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width: 360, height: 740 });
      await page.getByRole("button", { name: "Settle the mark short" }).waitFor();
      await page.waitForTimeout(300);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
      await page.evaluate(AXE);
      const { violations } = (await page.evaluate(
        "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
      )) as { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] };
      expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html, nodes[0]?.failureSummary])).toEqual([]);
    },
  );
});
