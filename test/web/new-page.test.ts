import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { serveConsole } from "../../src/web/console.ts";
import { hasBrowser, shareBrowser } from "./browser.ts";
import { startConsole } from "./console-rig.ts";
import { connectPage } from "./socket-client.ts";

const ROOT = join(import.meta.dirname, "../..");
const TOKENS = { press: "press-token-0123456789", view: "view-token-0123456789" };

/** A page of its own, with a topic of its own, for who may press. */
const OWN_FILE = "src/web/page/pages/counter.tsx";
const OWN_TEXT = `
import { useField } from "../field.ts";
import { readTopic } from "../state.ts";

const counted = readTopic("counter", "nothing yet", (message) => message.text);

export function Page() {
  return <h1>{useField(counted)}</h1>;
}
`;
/** What it needs elsewhere: its entry, the message of its topic, and where that comes from. */
const ELSEWHERE: readonly (readonly [file: string, before: string, added: string])[] = [
  [
    "src/web/page/pages.ts",
    "  panel: {",
    '  counter: { path: "/counter", title: "Counter", right: "press", place: "bar", topics: { counter: "shown" } },\n',
  ],
  [
    "src/web/page/pages.ts",
    "  readonly latency: {",
    '  readonly counter: { readonly type: "counter"; readonly text: string };\n',
  ],
  [
    "src/web/topics.ts",
    "    marks: {",
    '    counter: { pace: "at-once", whole: () => ({ type: "counter", text: String(source.status().rooms.length) }) },\n',
  ],
];

const copy = mkdtempSync(join(tmpdir(), "new-page-"));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

beforeAll(() => {
  for (const name of ["src", "tsconfig.json", "package.json"])
    cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
  writeFileSync(join(copy, OWN_FILE), OWN_TEXT);
  for (const [file, before, added] of ELSEWHERE) {
    const text = readFileSync(join(copy, file), "utf8");
    expect(text.split(before), `${file}: ${before}`).toHaveLength(2);
    writeFileSync(join(copy, file), text.replace(before, `${added}${before}`));
  }
  const settings = {
    extends: "../tsconfig.json",
    include: ["web/*.ts", "valt/*.d.ts"],
    compilerOptions: { noEmit: true },
  };
  writeFileSync(join(copy, "src/tsconfig.json"), JSON.stringify(settings));
  for (const project of ["src", "src/web/page"])
    execFileSync(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", project], {
      cwd: copy,
      stdio: "inherit",
    });
  execFileSync(process.execPath, ["src/join-page.js"], { cwd: copy, stdio: "inherit" });
}, 120_000);

/** A console with the new page. */
async function start() {
  const module = (await import(join(copy, "src/web/console.ts"))) as { serveConsole: typeof serveConsole };
  return (await startConsole({ serve: module.serveConsole, console: { tokens: TOKENS } })).console;
}

const allowed = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

describe("a page more", () => {
  it("is its own file, its entry in the table and its topic", () => {
    expect(new Set(ELSEWHERE.map(([file]) => file)).size).toBeLessThanOrEqual(2);
  });

  it("is served, and its topic told, to sessions with its right alone", async () => {
    const { url } = await start();
    const answers = [];
    for (const right of ["view", "press"] as const) {
      answers.push((await fetch(`${url}/counter`, allowed(TOKENS[right]))).status);
      const page = await connectPage(url, allowed(TOKENS[right]));
      page.say({ type: "follow", topics: ["counter" as "marks", "marks"] });
      await page.heard("marks");
      const isTold = page.told.some((message) => (message.type as string) === "counter");
      expect(isTold, right).toBe(right === "press");
      page.close();
    }
    expect(answers).toEqual([403, 200]);
  });

  describe.skipIf(!hasBrowser)("in a browser", () => {
    const browser = shareBrowser();

    it("is in the bar, and shows what it is told", async () => {
      const { url } = await start();
      const { page, errors } = await browser.open(url);
      await page.locator("#token").fill(TOKENS.press);
      await page.locator("button[type=submit]").click();
      await page.locator('nav a[href="/counter"]').click();
      await page.locator("h1", { hasText: "4" }).waitFor();
      expect(await page.title()).toBe("Counter · VALT panel bridge");
      expect(errors.filter((text) => !text.includes("401"))).toEqual([]);
    });
  });
});
