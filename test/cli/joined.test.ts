import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { scratch, valtBridge } from "./valt-bridge.ts";

const BUILT = join(import.meta.dirname, "../../dist/src");
const JOINED = join(BUILT, "joined");
const ENTRANCES = [
  "main.js",
  "journal/worker.js",
  "cli/guardian/thread.js",
  "panel/key-image/symbols/process.js",
];

const joined = readdirSync(JOINED).filter((name) => name.endsWith(".js"));
const files = [...ENTRANCES, ...joined.map((name) => `joined/${name}`)].map((path) => ({
  path,
  text: readFileSync(join(BUILT, path), "utf8"),
}));

test("every entrance is joined: it imports nothing of ours that is not", () => {
  const strays = files.flatMap(({ path, text }) =>
    [...text.matchAll(/\b(?:from|import)"(\.[^"]+)"/g)]
      .map(([, to = ""]) => join(dirname(path), to))
      .filter((to) => !to.startsWith("joined/")),
  );
  expect(strays).toEqual([]);
  expect(files.some(({ text }) => text.includes("__placeOf__"))).toBe(false);
});

test("whoever asks where it is gets the place at which the compiler has put it", () => {
  const places = files.flatMap(({ path, text }) =>
    [...text.matchAll(/new URL\(["`]([^"`]+)["`],import\.meta\.url\)\.href/g)].map(([, to = ""]) =>
      join(BUILT, dirname(path), to),
    ),
  );
  expect(places.length).toBeGreaterThan(5);
  expect(places.filter((place) => !existsSync(place))).toEqual([]);
});

test("all of it is ASCII, of which V8 keeps one byte a letter", () => {
  const wide = files.filter(({ text }) => /[^\0-\x7f]/.test(text)).map(({ path }) => path);
  expect(wide).toEqual([]);
});

test("packages that were joined keep their licences", () => {
  const licences = readFileSync(join(JOINED, "LICENCES.txt"), "utf8");
  for (const name of ["zod", "undici", "pino", "hono", "ws", "osc", "jsonc-parser", "commander"])
    expect(licences).toMatch(new RegExp(`^${name} \\d`, "m"));
  expect(licences).toContain("Permission is hereby granted, free of charge");
});

test("what Node has compiled is kept where only this account can write, if Node can keep it", async () => {
  const { folder } = scratch();
  const { code } = await valtBridge(["licences"], { XDG_CACHE_HOME: folder, CACHE_DIRECTORY: "" }).ended;
  expect(code).toBe(0);
  const kept = join(folder, "valt-panel-bridge/compiled");
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const isKept = major > 22 || (major === 22 && minor >= 1);
  expect(existsSync(kept)).toBe(isKept);
  if (!isKept) return;
  expect(statSync(kept).mode & 0o777).toBe(0o700);
  expect(readdirSync(kept)).toHaveLength(1);
});
