import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { request } from "node:http";
import { request as requestByTls } from "node:https";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeCertificate } from "../../src/cli/certificate/make.ts";
import { createSimulator } from "../../src/simulator/server.ts";
import { type Running, scratch, valtBridge } from "../cli/valt-bridge.ts";
import { until } from "../support/rig.ts";
import { hasBrowser, shareBrowser } from "./browser.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");
const MAIN = join(import.meta.dirname, "../../dist/src/main.js");
const PASSWORD = "simulator";

interface Begun extends Running {
  readonly folder: string;
  readonly file: string;
  readonly link: string;
  readonly origin: string;
}

/** In an empty folder, on a port of its own: the console comes where the page was. */
function begin(...words: readonly string[]): Promise<Begun> {
  return beginAt(join(scratch().folder, "site.jsonc"), ...words);
}

async function beginAt(file: string, ...words: readonly string[]): Promise<Begun> {
  const folder = dirname(file);
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const running = valtBridge(["setup", file, "--console", `127.0.0.1:${port}`, ...words], {
    VALT_PASSWORD: "",
    XDG_STATE_HOME: folder,
    XDG_RUNTIME_DIR: folder,
  });
  const link = await until("the link", () => linksIn(running)[0], 20_000);
  return { ...running, folder, file, link, origin: new URL(link).origin };
}

function linksIn(running: Running): readonly string[] {
  return running.out().match(/http\S+key=\S+/g) ?? [];
}

async function startServer(rooms = 3) {
  const created = await createSimulator({ rooms });
  if (!created.ok) throw new Error(created.failure.message);
  onTestFinished(() => created.value.close());
  return created.value;
}

/** A browser's part, without one: the session of a link. */
async function enter({ link, origin }: Begun) {
  const opened = await fetch(link, { redirect: "manual" });
  const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
  const headers = { cookie, origin };
  return {
    opened,
    headers,
    post: (step: string, question: unknown, other: Record<string, string> = headers) =>
      fetch(`${origin}/setup/${step}`, { method: "POST", headers: other, body: JSON.stringify(question) }),
    ask: async (step: string, question: unknown) => {
      const answer = await fetch(`${origin}/setup/${step}`, {
        method: "POST",
        headers,
        body: JSON.stringify(question),
      });
      return (await answer.json()) as Record<string, never>;
    },
  };
}

/** Under a name that was bent to this address. */
function statusUnder(host: string, { origin }: Begun, headers: Readonly<Record<string, string>>) {
  return new Promise<number | undefined>((resolve, reject) => {
    const asking = request(`${origin}/`, { headers: { cookie: headers.cookie, host } });
    asking.on("response", (response) => resolve(response.resume().statusCode)).on("error", reject);
    asking.end();
  });
}

function account(url: string, password = PASSWORD) {
  return { url, fingerprint: "", isTrusted: false, username: "panel-bridge", password };
}

const plan = { rooms: [1], panels: [], others: { virtual: "y" }, keepPassword: true };

describe("the page of the first steps", { timeout: 60_000 }, () => {
  it("is for the one browser that opened its link, and for no page elsewhere", async () => {
    const site = await begin();
    const { origin, link } = site;
    const get = (path: string, headers: Record<string, string> = {}) =>
      fetch(origin + path, { redirect: "manual", headers });
    expect((await get("/")).status).toBe(403);
    for (let guess = 0; guess < 20; guess += 1)
      expect((await get(`/?key=AAAAAAAAAAAAAAAAAAAA${guess}`)).status).toBe(403);
    const { opened, headers, post } = await enter(site);
    expect(opened.status).toBe(303);
    expect(opened.headers.get("set-cookie")).toMatch(/Path=\/; HttpOnly; SameSite=Strict$/);
    const { cookie } = headers;
    const question = { address: "http://127.0.0.1:1" };
    expect((await get("/", { cookie })).status).toBe(200);
    expect((await post("look", question)).status).toBe(200);
    expect((await post("look", question, { origin })).status).toBe(403);
    expect((await post("look", question, { cookie })).status).toBe(403);
    expect((await post("look", question, { cookie, origin: "https://evil.example" })).status).toBe(403);
    expect(await statusUnder("evil.example", site, headers)).toBe(403);
    expect(await statusUnder(new URL(link).host, site, headers)).toBe(200);
    expect((await post("look", { address: "x".repeat(70_000) })).status).toBe(400);
    expect((await post("constructor", {})).status).toBe(404);
    // The link again: a second tab of the same browser is in, another browser is not, and the terminal has a new link.
    expect((await fetch(link, { headers: { cookie } })).status).toBe(200);
    const other = await fetch(link, { redirect: "manual" });
    expect([other.status, await other.text()]).toEqual([403, expect.stringContaining("shows a new one")]);
    const next = await until("the new link", () => linksIn(site)[1]);
    expect(next).not.toBe(link);
    expect((await post("look", question)).status).toBe(200);
    expect((await fetch(next, { redirect: "manual" })).status).toBe(303);
    expect((await post("look", question)).status).toBe(403);
  });

  it("sends a password only to the server that its window has shown", async () => {
    const [one, other] = [await startServer(), await startServer()];
    const { ask } = await enter(await begin());
    await ask("look", { address: one.url });
    await ask("look", { address: other.url });
    expect(await ask("login", account(one.url))).toMatchObject({
      failure: { phrase: "Another window asks for another server: look for it again." },
    });
    const { site } = await ask("login", account(other.url));
    await ask("login", account(other.url));
    expect(await ask("write", { ...plan, site })).toMatchObject({
      failure: { phrase: "Another window has logged in: log in again in this one." },
    });
  });

  it("says why a server is not there, and why an account is not let in", async () => {
    const server = await startServer();
    const site = await begin();
    const { ask } = await enter(site);
    expect(JSON.stringify(await ask("look", { address: "https://127.0.0.1:1" }))).toContain("ECONNREFUSED");
    expect(JSON.stringify(await ask("look", { address: "a b" }))).toContain("is no address of a server");
    await ask("look", { address: "http://127.0.0.1:1" });
    expect(JSON.stringify(await ask("login", account("http://127.0.0.1:1")))).toContain(
      "nothing listens there",
    );
    await ask("look", { address: server.url });
    const refused = JSON.stringify(await ask("login", account(server.url, "wrong-password")));
    expect(refused).toContain("failure");
    expect(refused).not.toContain("wrong-password");
    await ask("look", { address: "http://192.0.2.1" });
    expect(await ask("login", account("http://192.0.2.1"))).toMatchObject({
      failure: { phrase: "The server is not trusted." },
    });
  });

  it("takes a certificate that the machine does not trust only when its fingerprint was compared", async () => {
    const { certificate: cert, key } = makeCertificate({ names: ["127.0.0.1"], nowMs: Date.now(), days: 2 });
    const created = await createSimulator({ rooms: 1, tls: { cert, key } });
    if (!created.ok) throw new Error(created.failure.message);
    onTestFinished(() => created.value.close());
    const { file, ...site } = await begin();
    const { ask } = await enter({ file, ...site });
    const { url = "", trust, fingerprint } = await ask("look", { address: created.value.url });
    expect([trust, fingerprint]).toEqual(["untrusted", new X509Certificate(cert).fingerprint256]);
    const login = { ...account(url), fingerprint };
    expect(await ask("login", login)).toMatchObject({ failure: { phrase: "The server is not trusted." } });
    expect(await ask("login", { ...login, fingerprint: "", isTrusted: true })).toHaveProperty("failure");
    const { site: number, version } = await ask("login", { ...login, isTrusted: true });
    expect(version).toMatch(/^\d/);
    expect(await ask("write", { ...plan, site: number })).toMatchObject({ file });
    expect(readFileSync(file, "utf8")).toContain(`"tls": { "fingerprint": "${fingerprint}" }`);
  });

  it("keeps its session for itself over TLS", async () => {
    const { write } = scratch();
    const made = makeCertificate({ names: ["127.0.0.1"], nowMs: Date.now(), days: 2 });
    const words = [write("c.pem", made.certificate), write("c.key", made.key)];
    const { link } = await begin("--console-certificate", words[0] ?? "", "--console-key", words[1] ?? "");
    expect(link).toMatch(/^https:/);
    const cookies = await new Promise((resolve, reject) => {
      const asking = requestByTls(link, { ca: made.authority });
      asking
        .on("response", (response) => resolve(response.resume().headers["set-cookie"]))
        .on("error", reject);
      asking.end();
    });
    expect(cookies).toEqual([expect.stringMatching(/HttpOnly; SameSite=Strict; Secure$/)]);
  });

  it("leaves a mapping alone that came meanwhile, and what was there", async () => {
    const server = await startServer();
    const made = await begin();
    const { ask } = await enter(made);
    await ask("look", { address: server.url });
    const { site } = await ask("login", account(server.url));
    expect(await ask("write", { ...plan, site, others: { osc: "no address at all" } })).toHaveProperty(
      "failure",
    );
    writeFileSync(made.file, "mine");
    expect(await ask("write", { ...plan, site })).toMatchObject({
      failure: { phrase: "{file} exists already: move it away.", values: { file: made.file } },
    });
    expect(readFileSync(made.file, "utf8")).toBe("mine");
    expect(existsSync(join(made.folder, "valt-password"))).toBe(false);
  });

  it("leaves nothing behind where the mapping cannot be written", async () => {
    const server = await startServer();
    const { folder } = scratch();
    const kept = join(folder, "kept");
    mkdirSync(kept);
    const made = await beginAt(join(kept, "site.jsonc"));
    const { ask } = await enter(made);
    await ask("look", { address: server.url });
    const { site } = await ask("login", account(server.url));
    rmSync(kept, { recursive: true });
    expect(await ask("write", { ...plan, site })).toMatchObject({
      failure: { phrase: "{file} cannot be written: {why}", values: { why: "ENOENT" } },
    });
    mkdirSync(kept);
    // A folder with the mapping's name: the password is written before it.
    mkdirSync(made.file);
    expect(await ask("write", { ...plan, site })).toHaveProperty("failure");
    expect(readdirSync(kept)).toEqual(["site.jsonc"]);
    rmSync(made.file, { recursive: true });
    expect(await ask("write", { ...plan, site })).toMatchObject({ file: made.file });
  });

  it.skipIf(process.getuid?.() !== 0)("is not opened by who may not write there", async () => {
    const { folder } = scratch();
    chmodSync(folder, 0o555);
    const child = spawnSync(process.execPath, [MAIN, "setup", join(folder, "site.jsonc")], { uid: 65_534 });
    expect([child.status, String(child.stderr)]).toEqual([1, expect.stringContaining("cannot be written")]);
  });

  it("is not opened where nothing can be written, where there is a mapping, nor for others without TLS", async () => {
    const { folder, write } = scratch();
    const away = await valtBridge(["setup", join(folder, "no-such-folder", "site.jsonc")]).ended;
    expect([away.code, away.err]).toEqual([1, expect.stringContaining("cannot be written")]);
    const open = await valtBridge(["setup", join(folder, "site.jsonc"), "--console", "0.0.0.0:0"]).ended;
    expect([open.code, open.err]).toEqual([1, expect.stringContaining("needs a certificate")]);
    const mapped = await valtBridge(["setup", write("site.jsonc", "{}"), "--no-console"]).ended;
    expect([mapped.code, mapped.err]).toEqual([3, expect.stringContaining('"server"')]);
  });

  it.skipIf(!hasBrowser)("leads from an empty folder to a press (skipped where there is no Chromium)", () =>
    leadToPress(),
  );
});

const browser = hasBrowser ? shareBrowser() : undefined;

async function leadToPress(): Promise<void> {
  if (browser === undefined) return;
  const sinceMs = performance.now();
  const server = await startServer();
  const site = await begin();
  const { page, errors } = await browser.open(site.link);
  onTestFinished(() => page.close());
  page.setDefaultTimeout(20_000);
  await page.getByLabel("Address, such as valt.example.com").fill(server.url);
  await page.getByRole("button", { name: "Look for it" }).click();
  await page.getByLabel("Password", { exact: true }).fill("wrong-password");
  await page.getByRole("button", { name: "Log in" }).click();
  await page
    .getByRole("form", { name: "Account" })
    .getByText(/refused|wrong|password/i)
    .first()
    .waitFor();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Log in" }).click();
  await page.getByText(/^VALT .*rooms: 3$/).waitFor();
  await page.getByLabel("Interview 1").check();
  await page.getByLabel("Interview 3").check();
  await page.getByRole("button", { name: "Find attached panels" }).click();
  await page.getByLabel("A touch page in the browser for all rooms").waitFor();
  expect(await page.getByLabel("A touch page in the browser for all rooms").isChecked()).toBe(true);
  await looksRight(page);
  await page.getByRole("button", { name: "Write the mapping and begin" }).click();
  await page.getByText("valt-bridge service").first().waitFor();
  await page.getByRole("link", { name: "Open the console" }).click();
  await page.locator('[data-contact="open"]').waitFor();
  // The page for all rooms shows each as a key that leads to it.
  const key = (name: RegExp) => page.getByRole("button", { name });
  await key(/turn to page Interview 1/).click();
  await key(/tap: start/).click();
  await until("the recording", () => server.world.room(1)?.status === "recording", 20_000);
  const tookMs = performance.now() - sinceMs;
  console.info(`from an empty folder to a press in the browser: ${Math.round(tookMs)} ms`);
  expect(tookMs).toBeLessThan(30_000);

  const text = readFileSync(site.file, "utf8");
  expect(text).toContain('"interview-3"');
  expect(text).not.toContain('"interview-2"');
  const kept = join(site.folder, "valt-password");
  expect(existsSync(kept) && statSync(kept).mode & 0o777).toBe(0o600);
  for (const told of [text, site.out(), site.err()]) expect(told).not.toContain(PASSWORD);
  expect(site.out()).toContain("valt-bridge service");
  expect(errors.filter((error) => !/ERR_CONNECTION|Failed to load resource/.test(error))).toEqual([]);
}

async function looksRight(page: Page): Promise<void> {
  for (const scheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate(AXE);
    const { violations } = (await page.evaluate(
      "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
    )) as { violations: { id: string; nodes: { html: string }[] }[] };
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
  }
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(390);
  await page.setViewportSize({ width: 1280, height: 800 });
}
