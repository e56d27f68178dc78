import { chmodSync, readFileSync, statSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EDIT_LIMITS } from "../../src/web/message-rules.ts";
import type { EditResult, Edits, FileInfo } from "../../src/web/page/editing.ts";
import { type EditedSite, MAPPING, startSite } from "./edit-rig.ts";

const TOKENS = {
  VALT_CONSOLE_VIEW_TOKEN: "view-token-0123456789",
  VALT_CONSOLE_TOKEN: "press-token-0123456789",
  VALT_CONSOLE_EDIT_TOKEN: "edit-token-0123456789",
};

function post(site: EditedSite, what: string, { body = {}, headers = {} }: Question) {
  return fetch(`${site.url}/edit/${what}`, {
    method: "POST",
    headers: { origin: site.url, "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

interface Question {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

async function ask<Name extends keyof Edits>(
  site: EditedSite,
  what: Name,
  body: Edits[Name]["question"],
): Promise<Edits[Name]["answer"]> {
  return (await (await post(site, what, { body })).json()) as Edits[Name]["answer"];
}

async function mappingOf(site: EditedSite): Promise<FileInfo> {
  const { files } = await ask(site, "files", {});
  return files[0] as FileInfo;
}

it("has its limits in the README as they are", () => {
  const readme = readFileSync(join(import.meta.dirname, "../../src/web/README.md"), "utf8");
  const rows = [...readme.matchAll(/^\| `\w+ \/edit\/([\w-]+)` \| edit \|.*\| ([^|]*) \|$/gm)];
  const told = Object.entries(EDIT_LIMITS).map(
    ([what, { perSecond, burst }]) => [what, `${perSecond} a second, ${burst} in a burst`] as const,
  );
  expect(new Map(rows.map(([, what, limit]) => [what, limit]))).toEqual(new Map(told));
});

describe("editing over HTTP", { timeout: 60_000 }, () => {
  it("is refused to pages elsewhere, to viewers, to pressers from afar, and where nobody may", async () => {
    const site = await startSite({ environment: TOKENS });
    const status = async (headers: Record<string, string>) => (await post(site, "files", { headers })).status;
    const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
    expect(await status({})).toBe(401);
    expect(await status({ ...bearer(TOKENS.VALT_CONSOLE_EDIT_TOKEN), origin: "https://evil.example" })).toBe(
      403,
    );
    expect(await status(bearer(TOKENS.VALT_CONSOLE_VIEW_TOKEN))).toBe(403);
    const forwarded = { "x-forwarded-for": "10.0.0.7" };
    expect(await status({ ...bearer(TOKENS.VALT_CONSOLE_TOKEN), ...forwarded })).toBe(403);
    expect(await status({ ...bearer(TOKENS.VALT_CONSOLE_EDIT_TOKEN), ...forwarded })).toBe(200);
    expect(await status(bearer(TOKENS.VALT_CONSOLE_TOKEN))).toBe(200);
    const off = await startSite({ words: ["--no-console-edit"] });
    expect((await post(off, "files", {})).status).toBe(403);
  });

  it("checks as `check` does, is bounded in size and rate, and understands nothing else", async () => {
    const site = await startSite();
    const { text, sum } = await mappingOf(site);
    const wrong = text.replace('"exam-1" }', '"exam-9" }');
    const checked = await ask(site, "check", { files: [{ name: "", text: wrong, sum }] });
    expect(checked.isSound).toBe(false);
    expect(checked.problems).toEqual([expect.objectContaining({ severity: "error", line: 8 })]);
    expect((await post(site, "check", { body: "{" })).status).toBe(400);
    expect((await post(site, "check", { body: { files: [], more: 1 } })).status).toBe(400);
    expect((await post(site, "check", { body: `"${"x".repeat(4_300_000)}"` })).status).toBe(413);
    const { burst } = EDIT_LIMITS.check;
    const all = await Promise.all(
      Array.from({ length: burst + 10 }, () => post(site, "check", { body: { files: [] } })),
    );
    expect(all.filter(({ status }) => status === 429).length).toBeGreaterThanOrEqual(5);
  });

  it("writes the file as a whole through its link, with its rights, and only what the mapping is made of", async () => {
    const site = await startSite();
    const real = join(site.folder, "real.jsonc");
    const path = join(site.folder, MAPPING);
    symlinkSync("real.jsonc", `${path}.link`);
    const before = site.text();
    site.write(before, "real.jsonc");
    chmodSync(real, 0o640);
    unlinkSync(path);
    symlinkSync("real.jsonc", path);
    const file = await mappingOf(site);
    const text = file.text.replace("Two rooms", "Both rooms");
    const { name, sum } = file;
    expect(await ask(site, "save", { files: [{ name, text, sum }] })).toEqual({ kind: "done" });
    expect(readFileSync(real, "utf8")).toBe(text);
    expect(statSync(real).mode & 0o777).toBe(0o640);
    const stray = [{ name: "../elsewhere.jsonc", text: "{}", sum: "" }];
    expect((await ask(site, "save", { files: stray })).kind).toBe("failed");
    const old = await ask(site, "save", { files: [{ name, text: before, sum }] });
    expect(old).toMatchObject({ kind: "changed", files: [{ name: "", text }] });
    expect(readFileSync(real, "utf8")).toBe(text);
  });

  it("sends no password elsewhere without a token, shows no secret, and writes no asterisks", async () => {
    const site = await startSite();
    const { name, text, sum } = await mappingOf(site);
    const moved = text.replace(site.simulator.url, "https://other.example.com");
    const files = [{ name, text: moved, sum }];
    expect((await ask(site, "try", { files, minutes: 5 })).kind).toBe("moves-server");
    expect((await ask(site, "save", { files })).kind).toBe("moves-server");
    site.write(text.replace("// Two rooms", "// the password is simulator\n  // Two rooms"));
    const hidden = await mappingOf(site);
    expect(hidden).toMatchObject({ isHidden: true });
    expect(hidden.text).not.toContain("simulator");
    const result: EditResult = await ask(site, "save", {
      files: [{ name, text: hidden.text, sum: hidden.sum }],
    });
    expect(result.kind).toBe("failed");
    expect(site.text()).toContain("simulator");
  });

  it("begins with the file again when the process is killed while a mapping is tried", async () => {
    const site = await startSite();
    const { name, text, sum } = await mappingOf(site);
    const tried = text.replace('"model": "mini"', '"model": "mk2"');
    expect((await ask(site, "try", { files: [{ name, text: tried, sum }], minutes: 5 })).kind).toBe("done");
    site.process.kill("SIGKILL");
    await site.ended;
    expect(site.text()).toBe(text);
  });
});
