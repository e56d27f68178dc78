import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { listPages } from "../../src/web/page/pages.ts";
import {
  addressOf,
  EDITOR,
  PROGRAM,
  readPageFiles,
  SETUP,
  STARTER,
  STYLE,
} from "../../src/web/page-files.ts";
import { startConsole } from "./console-rig.ts";

function files() {
  const read = readPageFiles();
  if (!read.ok) throw new Error(read.failure.message);
  return read.value;
}

test("the whole page is smaller than 80 kB compressed, and the editor, which is loaded by who edits, than 150 kB", () => {
  const editor = files().get(EDITOR)?.gzipped.length ?? 0;
  expect(editor).toBeLessThan(150_000);
  const sizes = [...files().values()].map(({ gzipped }) => gzipped.length);
  const setup = files().get(SETUP)?.gzipped.length ?? 0;
  const total = sizes.reduce((sum, size) => sum + size, 0) - editor - setup;
  console.info(`${total} bytes, of which ${files().get(PROGRAM)?.gzipped.length} are the program`);
  expect(total).toBeGreaterThan(10_000);
  expect(total).toBeLessThan(80_000);
});

test("the page's program is one file that imports no other but the editor, at the address that the document tells", () => {
  const text = Buffer.from(files().get(PROGRAM)?.bytes ?? []).toString();
  expect(text).not.toMatch(/\bimport\s*(?:["{]|\(["'`])|\bfrom\s*["']/);
  expect(text.match(/\bimport\(/g)).toHaveLength(1);
});

test("every page of the table has its file, and every file is in the table", () => {
  const found = readdirSync(join(import.meta.dirname, "../../src/web/page/pages"));
  expect(found.toSorted()).toEqual(
    listPages()
      .map(({ name }) => `${name}.tsx`)
      .toSorted(),
  );
});

test("a file under its version's name is kept by browsers, and asked for again under any other", async () => {
  const { url } = (await startConsole()).console;
  for (const path of [PROGRAM, STARTER, STYLE]) {
    const named = await fetch(new URL(addressOf(files(), path), url));
    expect(named.headers.get("cache-control")).toContain("immutable");
    for (const other of [path, `${path}?v=other`])
      expect((await fetch(new URL(other, url))).headers.get("cache-control")).toBe("no-cache");
  }
  const document = await (await fetch(url)).text();
  for (const path of [PROGRAM, STARTER, STYLE, EDITOR]) expect(document).toContain(addressOf(files(), path));
});
