import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, test } from "vitest";

interface Manifest {
  readonly version: string;
  readonly private?: boolean;
  readonly scripts?: object;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  readonly bundleDependencies: readonly string[];
}

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "valt-bridge-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const made = execFileSync(process.execPath, [join(root, "src/package/package.js"), "npm", "--out", folder], {
  encoding: "utf8",
});
execFileSync("tar", ["-xzf", made.trim(), "-C", folder]);
const files = readdirSync(join(folder, "package"), { recursive: true, encoding: "utf8" }).map((path) =>
  path.replaceAll("\\", "/"),
);
const own = files.filter((path) => !path.startsWith("node_modules/"));
const read = (path: string) => readFileSync(join(folder, "package", path), "utf8");
const manifest = JSON.parse(read("package.json")) as Manifest;

test("may be published, with the version of the sources, and runs no script", () => {
  const sources = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as Manifest;
  expect([manifest.private, manifest.version, manifest.scripts]).toEqual([
    undefined,
    sources.version,
    undefined,
  ]);
});

test("all that the console sends to browsers is inside", () => {
  expect(own).toEqual(expect.arrayContaining(["src/web/page/1-base.css", "src/web/page/icon.svg"]));
  const built = readdirSync(join(root, "dist/src/web/page"), { recursive: true, encoding: "utf8" });
  const modules = built.filter((name) => name.endsWith(".js")).map((name) => name.replaceAll("\\", "/"));
  expect(modules).toContain("pages/health.js");
  expect(modules.filter((name) => !own.includes(`dist/src/web/page/${name}`))).toEqual([]);
});

test("every page that a page leads to is inside", () => {
  const pages = own.filter((path) => path.endsWith(".md"));
  expect(pages).toEqual(expect.arrayContaining(["src/package/debian.md", "devices/serial/PROTOCOL.md"]));
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
      .map(([, link = ""]) => link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .map((link) => join(dirname(page), link).replaceAll("\\", "/")),
  );
  expect(links.length).toBeGreaterThan(20);
  expect(links.filter((path) => !files.includes(path))).toEqual([]);
});

test("no source, map or test of ours is inside but what pages lead to", () => {
  expect(own.filter((path) => /\.map$|\.test\.|(?<!\.d)\.ts$/.test(path)).length).toBeLessThan(10);
});

test("every package is bundled, or named in one exact version", () => {
  const { dependencies, optionalDependencies, bundleDependencies } = manifest;
  const fetched = { ...dependencies, ...optionalDependencies };
  const loose = Object.entries(fetched).filter(
    ([name, version]) => !bundleDependencies.includes(name) && !/^\d+\.\d+\.\d+$/.test(version),
  );
  expect(loose).toEqual([]);
  expect(
    bundleDependencies.filter((name) => !existsSync(join(folder, "package/node_modules", name))),
  ).toEqual([]);
});

test("every bundled package keeps its licence", () => {
  const folders = files
    .filter((path) => /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@]+$/.test(path))
    .filter((path) => files.includes(`${path}/package.json`));
  expect(folders.length).toBeGreaterThan(50);
  const isLicence = (path: string) => /\/[^/]*(?:licen[cs]e|copying|notice)[^/]*$/i.test(path);
  const without = folders.filter((path) => !files.some((file) => dirname(file) === path && isLicence(file)));
  expect(without).toEqual([]);
});

test("what the library's types name is inside", () => {
  const doors = ["valt/client", "driver/contract", "simulator/server"].map((door) => `dist/src/${door}`);
  const seen = new Set(doors.map((door) => `${door}.d.ts`));
  for (const path of seen)
    for (const [, name = ""] of read(path).matchAll(/(?:from |import\()"(\.[^"]+)"/g))
      seen.add(join(dirname(path), name.replace(/\.[jt]s$/, ".d.ts")).replaceAll("\\", "/"));
  expect([...seen].filter((path) => !files.includes(path))).toEqual([]);
  expect(doors.filter((door) => !files.includes(`${door}.js`))).toEqual([]);
});
