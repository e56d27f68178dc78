import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { valtBridge } from "../cli/valt-bridge.ts";
import { eventually, hasBrowser, shareBrowser } from "./browser.ts";
import { type EditedSite, startSite } from "./edit-rig.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");

describe.skipIf(!hasBrowser)("the editor of the mapping", { timeout: 120_000 }, () => {
  const browser = shareBrowser();

  async function openEditor(site: EditedSite, errors: string[] = []): Promise<Page> {
    const opened = await browser.open(`${site.url}/mapping`);
    const { page } = opened;
    page.setDefaultTimeout(20_000);
    onTestFinished(() => page.close({ runBeforeUnload: false }));
    page.on("dialog", (dialog) => void dialog.accept());
    await page.getByRole("button", { name: "Edit", exact: true }).click();
    await page.getByText("Nothing is wrong.").waitFor();
    await textOf(page).waitFor();
    errors.push(...opened.errors);
    page.on("close", () => expect(opened.errors).toEqual([]));
    return page;
  }

  it("shows an error at its place, proposes words, draws the panel, tries, takes back, saves", async () => {
    const site = await startSite();
    const before = site.text();
    const page = await openEditor(site);

    await replace(page, '"room": "exam-1"', '"room": "exam-9"');
    await page.getByText("It has errors").waitFor();
    const wrong = page.getByRole("button", { name: /^Line 8, column \d+$/ });
    await wrong.waitFor();
    await page.locator(".cm-lintRange-error", { hasText: "exam-9" }).waitFor();
    expect(await page.getByRole("button", { name: "Try it" }).isDisabled()).toBe(true);
    await wrong.click();
    for (const _ of '"exam-9"') await page.keyboard.press("Delete");
    await page.keyboard.type('"');
    await page.locator(".cm-tooltip-autocomplete li", { hasText: '"exam-2"' }).click();
    await page.getByText("Nothing is wrong.").waitFor();
    expect(await textOf(page).textContent()).toContain('"room": "exam-2"');

    await page.getByLabel("Panel in the preview").selectOption("desk");
    const preview = page.getByRole("region", { name: "Preview" });
    await preview.locator(".control img[src]").first().waitFor();
    const ready = await preview.locator(".control img[src]").first().getAttribute("src");
    await page.getByLabel("State of the rooms in the preview").selectOption("recording");
    await eventually(
      "another picture",
      async () => (await preview.locator(".control img[src]").first().getAttribute("src")) !== ready,
    );
    expect(await preview.getByRole("button").count()).toBe(0);

    await page.getByRole("button", { name: "Try it" }).click();
    await page.getByText("The bridge runs on your text now.").waitFor();
    await page.getByText(/^A mapping is tried by this machine/).waitFor();
    expect(await roomsOf(site, "desk")).toEqual(["exam-2"]);
    expect(site.text()).toBe(before);
    await page.getByRole("button", { name: "Take it back now" }).click();
    await page.getByText("The bridge runs on the file again.").waitFor();
    expect(await roomsOf(site, "desk")).toEqual(["exam-1"]);

    await page.getByRole("button", { name: "Save …" }).click();
    await page.locator('.difference [data-kind="new"]', { hasText: '"room": "exam-2"' }).waitFor();
    await page.locator('.difference [data-kind="gone"]', { hasText: '"room": "exam-1"' }).waitFor();
    await page.getByRole("button", { name: "Write it to the disk" }).click();
    await page.getByText("Saved. The bridge runs on it.").waitFor();
    expect(site.text()).toBe(before.replace('"mini", "room": "exam-1"', '"mini", "room": "exam-2"'));
    expect(await roomsOf(site, "desk")).toEqual(["exam-2"]);
    const journal = await valtBridge(["journal", "show", "--json"], { XDG_STATE_HOME: site.folder }).ended;
    for (const what of ["tried", "taken-back", "saved"]) expect(journal.out).toContain(`"${what}"`);
    expect(journal.out).toContain("web:local");
  });

  it("edits the files beside the mapping, and shows what the disk has by now", async () => {
    const site = await startSite();
    const [one, other] = [await openEditor(site), await openEditor(site)];
    for (const page of [one, other]) {
      await page.getByLabel("File", { exact: true }).selectOption("more.jsonc");
      await page.locator(".cm-content", { hasText: "wall" }).waitFor();
    }
    await replace(one, '"exam-2"', '"exam-1"');
    await replace(other, '"wall"', '"door"');
    await save(one);
    await one.getByText("Saved. The bridge runs on it.").waitFor();
    expect(site.text("more.jsonc")).toContain('"room": "exam-1"');

    await save(other);
    await other.getByText("Somebody else has changed the file: nothing was written.").waitFor();
    await other.locator('.difference [data-kind="new"]', { hasText: '"room": "exam-1"' }).waitFor();
    expect(site.text("more.jsonc")).toContain('"wall"');
    await other.getByRole("button", { name: "Compare mine with it" }).click();
    await other.locator('.difference [data-kind="gone"]', { hasText: '"room": "exam-1"' }).waitFor();
    site.write(site.text("more.jsonc").replace('"room": "exam-1"', '"rooms": ["exam-1"]'), "more.jsonc");
    await other.getByRole("button", { name: "Write it to the disk" }).click();
    await other.locator('.difference [data-kind="new"]', { hasText: '"rooms"' }).waitFor();
    await other.getByRole("button", { name: "Give up my text" }).click();
    await other.locator(".cm-content", { hasText: '"rooms"' }).waitFor();
    expect(site.text("more.jsonc")).toContain('"rooms": ["exam-1"]');
  });

  it("is worked by the keyboard alone, has no fault that axe finds, and fits a phone", async () => {
    const site = await startSite();
    const page = await openEditor(site);
    await textOf(page).focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type("// the end");
    await page.keyboard.press("Control+s");
    await page.locator('.difference [data-kind="new"]').waitFor();
    await page.keyboard.press("Shift+Tab");
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Write it to the disk");
    await page.getByLabel("Panel in the preview").selectOption("wall");
    await page.getByRole("region", { name: "Preview" }).locator("img[src]").first().waitFor();
    for (const scheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      expect(await faultsOf(page)).toEqual([]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    const width = (await page.evaluate("document.documentElement.scrollWidth")) as number;
    expect(width).toBeLessThanOrEqual(390);
    expect(await faultsOf(page)).toEqual([]);
  });
});

const textOf = (page: Page) => page.locator(".cm-content");

/** Selects the first place of a text in the editor, by its own search, and types another. */
async function replace(page: Page, from: string, to: string): Promise<void> {
  await textOf(page).focus();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Control+f");
  await page.locator(".cm-search input[name=search]").pressSequentially(from);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Escape");
  await page.keyboard.insertText(to);
}

async function save(page: Page): Promise<void> {
  await page.getByText("Nothing is wrong.").waitFor();
  await page.getByRole("button", { name: "Save …" }).click();
  await page.getByRole("button", { name: "Write it to the disk" }).click();
}

async function roomsOf(site: EditedSite, device: string): Promise<readonly string[] | undefined> {
  const status = (await (await fetch(`${site.url}/status.json`)).json()) as {
    readonly devices: readonly { readonly id: string; readonly rooms: readonly string[] }[];
  };
  return status.devices.find(({ id }) => id === device)?.rooms;
}

async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  )) as {
    readonly violations: readonly { readonly id: string; readonly nodes: readonly { html: string }[] }[];
  };
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
