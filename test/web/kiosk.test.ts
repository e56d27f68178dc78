import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { deviceId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { Kiosks } from "../../src/bridge/kiosks.ts";
import type { ToBridge } from "../../src/web/page/messages.ts";
import { until } from "../support/rig.ts";
import { eventually, hasBrowser, shareBrowser } from "./browser.ts";
import { type ConsoleRig, startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

const TOKENS = { press: "press-token-0123456789", view: "view-token-0123456789" };

async function makeLink({ kiosks }: ConsoleRig, panel: string, right: "view" | "press" = "press") {
  const made = await kiosks.make(deviceId(panel), right);
  if (!made.ok) throw new Error(made.failure);
  return { ...made.value, query: `?key=${made.value.key}` };
}

describe("the link of a tablet", () => {
  it("tells its page of its panel and of its rooms, and of nothing else", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const { query } = await makeLink(rig, "wall");
    const page = await connectPage(rig.console.url, {}, query);
    expect(await page.heard("greeting")).toMatchObject({ kiosk: "wall", mayPress: true, hasSession: false });
    page.say({ type: "watch", devices: ["wall"] });
    await page.heard("rooms", ({ rooms }) => rooms.length > 0);
    rig.simulator.somebodyElse(1, "start");
    rig.simulator.somebodyElse(2, "start");
    await page.heard("room-changes", ({ rooms }) => rooms.some(({ status }) => status === "recording"));
    const told = JSON.stringify(page.told);
    expect(told).toContain("interview-2");
    for (const hidden of ["interview-1", "clinic", '"desk"', "site.jsonc", rig.simulator.url, "simulator"])
      expect(told.replaceAll('"hasSimulator"', "").includes(hidden), hidden).toBe(false);
  });

  it.each<ToBridge>([
    { type: "watch", devices: ["desk"] },
    { type: "touch", device: "desk", control: "key-1", touch: { kind: "down" } },
    { type: "follow", topics: ["activity"] },
    { type: "mapping" },
    { type: "reload", request: 7 },
    { type: "settle", request: 7, mark: "none" },
    { type: "schedule", request: 7, room: "interview-2" },
    { type: "panel-test", request: 7, device: "wall", what: "lamp-test" },
    { type: "act", request: 7, room: "interview-1", what: "start", text: "" },
    { type: "kiosk-make", request: 7, panel: "desk", right: "press" },
    { type: "kiosk-revoke", request: 7, id: "none" },
    { type: "simulate", request: 7, deed: { kind: "expire-tokens" } },
  ])("does not let its page say $type of anything else", async (message) => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const { query } = await makeLink(rig, "wall");
    const page = await connectPage(rig.console.url, {}, query);
    page.say(message);
    await page.heard("answer", ({ text }) => text === "This link is for wall only.");
    expect(rig.facts.filter(({ kind }) => kind === "touch")).toEqual([]);
  });

  it("presses its panel where it may, and where it may only view it does not", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const touches = () => rig.facts.filter(({ kind }) => kind === "touch").length;
    for (const [right, count] of [
      ["view", 0],
      ["press", 1],
    ] as const) {
      const { query } = await makeLink(rig, "wall", right);
      const page = await connectPage(rig.console.url, {}, query);
      page.say({ type: "touch", device: "wall", control: "key-1", touch: { kind: "down" } });
      if (right === "view") await page.heard("answer");
      else await until("the touch", () => (touches() === count ? true : undefined));
      expect(touches()).toBe(count);
    }
  });

  it("opens no other address of the console", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const { query } = await makeLink(rig, "wall");
    const answers = await Promise.all(
      ["/", "/panel/wall", "/status.json", "/metrics", "/mapping.jsonc", "/tablets"].map(
        async (path) => (await fetch(`${rig.console.url}${path}${query}`)).status,
      ),
    );
    expect(new Set(answers)).toEqual(new Set([401]));
    expect((await fetch(`${rig.console.url}/kiosk${query}`)).status).toBe(200);
  });

  it("is the start of an app with its name", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const { query } = await makeLink(rig, "wall");
    const html = await (await fetch(`${rig.console.url}/kiosk${query}`)).text();
    const [, href = ""] = /rel="manifest" href="([^"]+)"/.exec(html) ?? [];
    const manifest = await (await fetch(new URL(href, `${rig.console.url}/kiosk`))).json();
    expect(manifest).toMatchObject({ name: "wall", start_url: `./kiosk${query}`, display: "fullscreen" });
  });

  it("ends when it is revoked, for who has it open too", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const { query, kiosk } = await makeLink(rig, "wall");
    const page = await connectPage(rig.console.url, {}, query);
    await rig.kiosks.revoke(kiosk.id);
    page.say({ type: "touch", device: "wall", control: "key-1", touch: { kind: "down" } });
    expect(await page.ended()).toBe(1008);
    expect(rig.facts.filter(({ kind }) => kind === "touch")).toEqual([]);
    await expect(connectPage(rig.console.url, {}, query)).rejects.toThrow("401");
    expect((await fetch(`${rig.console.url}/kiosk${query}`)).status).toBe(401);
  });

  it("is made and revoked by who may press, and its key is told to nobody else", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const headers = { authorization: `Bearer ${TOKENS.press}` };
    const page = await connectPage(rig.console.url, { headers });
    page.say({ type: "follow", topics: ["kiosks"] });
    page.say({ type: "kiosk-make", request: 1, panel: "nowhere", right: "view" });
    await page.heard("answer", ({ isFine }) => !isFine);
    page.say({ type: "kiosk-make", request: 2, panel: "desk", right: "view" });
    const { text: key } = await page.heard("answer", ({ request }) => request === 2);
    const { kiosks } = await page.heard("kiosks", ({ kiosks: all }) => all.length === 1);
    expect(kiosks).toMatchObject([{ panel: "desk", right: "view" }]);
    expect(JSON.stringify(kiosks)).not.toContain(key);
    expect(rig.kiosks.find(key)?.panel).toBe("desk");
    page.say({ type: "kiosk-revoke", request: 3, id: kiosks[0]?.id ?? "" });
    expect(await page.heard("answer", ({ request }) => request === 3)).toMatchObject({ isFine: true });
    expect(page.told.findLast(({ type }) => type === "kiosks")).toMatchObject({ kiosks: [] });
    expect(rig.kiosks.find(key)).toBeUndefined();
  });

  it("counts among the guesses of its address", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const statuses = [];
    for (let guess = 0; guess < 12; guess += 1)
      statuses.push((await fetch(`${rig.console.url}/kiosk?key=${guess}`)).status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(10);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe("the file of links", () => {
  it("outlives the process, and holds no key", async () => {
    const rig = await startConsole();
    const { key, kiosk } = await makeLink(rig, "wall", "view");
    const again = await Kiosks.open({ folder: rig.folder, log: silentLog });
    expect(again.find(key)).toEqual(kiosk);
    for (const name of readdirSync(rig.folder))
      expect(readFileSync(join(rig.folder, name), "utf8")).not.toContain(key);
  });

  it("loses no change when several are made at once", async () => {
    const rig = await startConsole();
    await Promise.all([makeLink(rig, "wall"), makeLink(rig, "desk"), makeLink(rig, "desk")]);
    const again = await Kiosks.open({ folder: rig.folder, log: silentLog });
    expect(again.list()).toHaveLength(3);
  });

  it("that is damaged is told, and no link holds", async () => {
    const rig = await startConsole();
    const { key } = await makeLink(rig, "wall");
    writeFileSync(join(rig.folder, "kiosks.json"), "{");
    const told: string[] = [];
    const log = { ...silentLog, warn: (text: string) => told.push(text) };
    expect((await Kiosks.open({ folder: rig.folder, log })).find(key)).toBeUndefined();
    expect(told).toHaveLength(1);
  });
});

describe.skipIf(!hasBrowser)("a tablet", () => {
  const browser = shareBrowser();

  it("opens the link, shows the panel, presses it, and comes back after a restart of its browser", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const { query } = await makeLink(rig, "wall");
    const { page, errors } = await browser.open(`${rig.console.url}/kiosk${query}`);
    const key = page.locator(".control").first();
    await key.waitFor();
    expect(await page.getByRole("link", { name: "All panels" }).count()).toBe(0);
    await key.click();
    await until("a press", () => rig.facts.find(({ kind }) => kind === "press"));
    await page.reload();
    await page.locator(".control").first().waitFor();
    expect(await page.locator("[data-device]").getAttribute("data-device")).toBe("wall");
    expect(errors).toEqual([]);
  });

  it("says that it may only view, and that its link does not hold any more", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const { query, kiosk } = await makeLink(rig, "wall", "view");
    const { page } = await browser.open(`${rig.console.url}/kiosk${query}`);
    await page.getByText("Viewing only").waitFor();
    await rig.kiosks.revoke(kiosk.id);
    await page.getByText("This link does not hold any more.").waitFor();
  });

  it("keeps its screen awake", async () => {
    const rig = await startConsole({ console: { tokens: TOKENS } });
    const { query } = await makeLink(rig, "wall");
    const page = await browser.context.newPage();
    await page.addInitScript(`
      globalThis.asked = [];
      navigator.wakeLock.request = async (what) => { asked.push(what); return { release: async () => undefined }; };
    `);
    await page.goto(`${rig.console.url}/kiosk${query}`);
    await page.locator(".control").first().waitFor();
    await eventually("the lock", async () => (await page.evaluate("asked.join()")) === "screen");
  });

  it("is led back to the page that it asked for when somebody logs in", async () => {
    const { console } = await startConsole({ console: { tokens: TOKENS } });
    const { page } = await browser.open(`${console.url}/panel/wall`);
    await page.locator("#token").fill("not the token at all");
    await page.locator("button[type=submit]").click();
    await page.locator(".problem").waitFor();
    await page.locator("#token").fill(TOKENS.view);
    await page.locator("button[type=submit]").click();
    await page.locator('[data-device="wall"]').waitFor();
    expect(new URL(page.url()).pathname).toBe("/panel/wall");
    await page.getByText("Viewing only").waitFor();
    await browser.context.clearCookies();
  });

  it("gets its link from the console", async () => {
    const rig = await startConsole();
    const { page, errors } = await browser.open(`${rig.console.url}/tablets`);
    await page.getByRole("combobox", { name: "Panel" }).selectOption("wall");
    await page.getByRole("button", { name: "Make a link" }).click();
    const link = page.locator(".made a");
    await page.locator(".kiosks li", { hasText: "wall" }).waitFor();
    const tablet = await browser.open((await link.getAttribute("href")) ?? "");
    await tablet.page.locator(".control").first().waitFor();
    await page.getByRole("button", { name: /Revoke the link/ }).click();
    await tablet.page.getByText("This link does not hold any more.").waitFor();
    await page.getByText("No tablet has a link.").waitFor();
    expect(errors).toEqual([]);
  });
});
