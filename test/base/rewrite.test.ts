import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { diffLines } from "../../src/base/line-diff.ts";
import { rewriteFile } from "../../src/base/replace-file.ts";

describe("the difference of two texts", () => {
  const told = (before: string, after: string) =>
    diffLines(before, after).map(({ how, line, text }) => `${line}${how === "added" ? "+" : "-"}${text}`);

  test.each([
    ["a\nb\nc", "a\nb\nc", []],
    ["a\nb\nc", "a\nx\nc", ["2-b", "2+x"]],
    ["a\nb", "a\nb\nc", ["3+c"]],
    ["a\nb\nc", "b\nc", ["1-a"]],
    ["a\r\nb", "a\nb", []],
    ["", "a", ["1-", "1+a"]],
    ["a\nb\nc\nd", "v\na\nb\nx\nd", ["1+v", "3-c", "4+x"]],
  ])("%j, %j: %j", (before, after, expected) => {
    expect(told(before, after)).toEqual(expected);
  });

  test("of two long ones that agree nowhere is both of them, and found at once", () => {
    const lines = (letter: string) =>
      Array.from({ length: 5000 }, (_, index) => `${letter}${index}`).join("\n");
    expect(diffLines(lines("a"), lines("b"))).toHaveLength(10_000);
  });
});

describe("a file that is written anew", () => {
  const folder = () => mkdtempSync(join(tmpdir(), "valt-rewrite-"));

  test("keeps its rights, and the link that leads to it", async () => {
    const here = folder();
    const [file, link] = [join(here, "site.jsonc"), join(folder(), "link.jsonc")];
    writeFileSync(file, "old");
    chmodSync(file, 0o644);
    symlinkSync(file, link);
    await rewriteFile(link, "new");
    expect([readFileSync(file, "utf8"), readFileSync(link, "utf8")]).toEqual(["new", "new"]);
    expect(statSync(file).mode & 0o777).toBe(0o644);
    expect(readdirSync(here)).toEqual(["site.jsonc"]);
  });

  test("never follows a link that waits under the name of its draft", async () => {
    const here = folder();
    const [file, other] = [join(here, "site.jsonc"), join(here, "other")];
    writeFileSync(file, "old");
    writeFileSync(other, "mine");
    symlinkSync(other, `${file}.new`);
    await rewriteFile(file, "new");
    expect([readFileSync(file, "utf8"), readFileSync(other, "utf8")]).toEqual(["new", "mine"]);
  });

  test("that is not there is made by nobody", async () => {
    const here = folder();
    await expect(rewriteFile(join(here, "none"), "new")).rejects.toThrow("ENOENT");
    expect(readdirSync(here)).toEqual([]);
  });
});
