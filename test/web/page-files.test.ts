import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { listPages } from "../../src/web/page/pages.ts";
import { IMPORTS, readPageFiles } from "../../src/web/page-files.ts";

function files() {
  const read = readPageFiles();
  if (!read.ok) throw new Error(read.failure.message);
  return read.value;
}

test("the whole page is smaller than 150 kB compressed", () => {
  const sizes = [...files().byPath.values()].map(({ gzipped }) => gzipped.length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThan(150_000);
});

test("every module that the page imports is among its files", () => {
  const { byPath } = files();
  // As browsers do: relative ones from the page's root, above which there is nothing.
  const mapped = new Set(Object.keys(IMPORTS).map((name) => (name.startsWith(".") ? join("/", name) : name)));
  for (const [path, { bytes, type }] of byPath) {
    if (!type.startsWith("text/javascript")) continue;
    for (const [, to = ""] of Buffer.from(bytes)
      .toString()
      .matchAll(/(?:from|import)\s*"([^"]+)"/g)) {
      const wanted = to.startsWith(".") ? join(dirname(path), to) : to;
      const isKnown = byPath.has(wanted) || mapped.has(wanted);
      expect(isKnown, `${path} imports ${to}`).toBe(true);
    }
  }
});

test("every page of the table has its module, and every module is in the table", () => {
  const modules = [...files().byPath.keys()].filter((path) => path.startsWith("/page/pages/"));
  expect(modules.toSorted()).toEqual(
    listPages()
      .map(({ name }) => `/page/pages/${name}.js`)
      .toSorted(),
  );
});
