import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");

/** Puts the accessibility checker into the page, which the page's own policy would rightly refuse: see `bypassCSP`. */
export async function putAxeInto(page: Page): Promise<void> {
  await page.evaluate(AXE);
}

/** What the accessibility checker, which is in the page, says of it as it stands. */
export async function findFaults(page: Page): Promise<readonly object[]> {
  const { violations } = (await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })",
  )) as { violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] };
  return violations.map(({ id, nodes }) => ({
    id,
    html: nodes[0]?.html.slice(0, 300),
    why: nodes[0]?.failureSummary,
  }));
}
