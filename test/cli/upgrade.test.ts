import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { command } from "./in-process.ts";
import { scratch } from "./valt-bridge.ts";

/** A sound mapping for the devices of the program, in the words of version 0. */
function olderMapping(folder: string): string {
  const file = join(folder, "site.jsonc");
  writeFileSync(
    file,
    `// Ours.
{
  "server": { "url": "https://valt.example.com", "username": "bridge" },
  "rooms": { "exam-1": 1 },
  "devices": { "surface": { "kind": "osc", "listen": "udp://127.0.0.1:9000" } },
  "timing": { "freshIntervals": 4 } // looks
}
`,
  );
  return file;
}

test("an older mapping is read with a warning, shown anew by --dry-run, written by --upgrade", async () => {
  const { folder } = scratch();
  const file = olderMapping(folder);
  const before = readFileSync(file, "utf8");
  const read = await command(["check", file]);
  expect(read.code).toBe(0);
  expect(read.err).toContain('"freshIntervals" is an older word: it is read as "freshMs": 8000');
  expect((await command(["check", file, "--strict"])).code).toBe(3);

  const shown = await command(["check", file, "--dry-run"]);
  expect(shown.code).toBe(0);
  expect(shown.out).toMatch(
    /- .*"freshIntervals": 4 \} \/\/ looks\n\d+ \+ .*"freshMs": 8000 \} \/\/ looks\n/,
  );
  expect(shown.out).toContain("nothing was written");
  expect(readFileSync(file, "utf8")).toBe(before);

  const { mode } = statSync(file);
  const written = await command(["check", file, "--upgrade", "--strict"]);
  expect(written.code).toBe(0);
  expect(written.out).toContain("written in version 1\n");
  expect(written.err).toBe("");
  const after = readFileSync(file, "utf8");
  expect(after).toMatch(/^\/\/ Ours\.\n\{\s*"version": 1,/);
  expect(after).toContain('"timing": { "freshMs": 8000 } // looks');
  expect(statSync(file).mode).toBe(mode);
  expect(readdirSync(folder)).toEqual(["site.jsonc"]);

  const again = await command(["check", file, "--upgrade"]);
  expect(again.out).toContain("site.jsonc is written in version 1 already");
  expect(readFileSync(file, "utf8")).toBe(after);
});

test("a site of several files is written whole, whatever else is wrong in it", async () => {
  const { folder } = scratch();
  cpSync(join(import.meta.dirname, "../mapping/versions/0"), folder, { recursive: true });
  const { code, err } = await command(["check", join(folder, "site.jsonc"), "--upgrade"]);
  expect(code).toBe(3);
  expect(err).toContain('"test-panel" is not known here');
  const newest = join(import.meta.dirname, "../mapping/versions/1");
  for (const name of readdirSync(newest))
    expect(readFileSync(join(folder, name), "utf8")).toBe(readFileSync(join(newest, name), "utf8"));
});

test("a newer version is refused in one sentence, and the diff is for people only", async () => {
  const { folder } = scratch();
  const file = olderMapping(folder);
  writeFileSync(file, readFileSync(file, "utf8").replace("{", '{ "version": 2,'));
  const { code, err } = await command(["check", file, "--upgrade"]);
  expect(code).toBe(3);
  expect(err.trim().split("\n")).toEqual([
    expect.stringContaining(
      "this mapping has version 2, and this program knows none after 1 (it needs a newer valt-bridge)",
    ),
  ]);
  expect((await command(["check", file, "--upgrade", "--json"])).code).toBe(2);
});
