import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { listPackages } from "../src/cli/commands/licences.ts";
import { valtBridge } from "./cli/valt-bridge.ts";

const root = join(import.meta.dirname, "..");
const read = (name: string) => readFileSync(join(root, name), "utf8");

interface Locked {
  readonly name?: string;
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly dev?: true;
  readonly hasInstallScript?: true;
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly overrides: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly allowScripts: Readonly<Record<string, boolean>>;
}

const manifest = JSON.parse(read("package.json")) as Manifest;
const { packages } = JSON.parse(read("package-lock.json")) as { packages: Readonly<Record<string, Locked>> };
const locked = Object.entries(packages)
  .filter(([path]) => path !== "")
  .map(([path, one]) => ({
    path,
    name: one.name ?? path.slice(path.lastIndexOf("node_modules/") + 13),
    ...one,
  }));
const shipped = locked.filter(({ dev }) => dev !== true);

/** Permissive ones; where a package offers a choice, one of these must be in it. */
const ALLOWED = [
  "MIT",
  "ISC",
  "0BSD",
  "Unlicense",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "Zlib",
  "BlueOak-1.0.0",
  // Of fonts: they may be passed on with a program, under their own licence.
  "OFL-1.1",
];
/** Read by a person: what the package says about its licence is no SPDX expression. */
const READ_BY_HAND: Readonly<Record<string, string>> = {
  "dejavu-fonts-ttf": "SEE LICENSE IN README.md AND LICENSE",
};

describe("what is shipped", () => {
  test("may be used, changed and passed on", () => {
    const strange = shipped.filter(
      ({ name, license }) => !isAllowed(license) && READ_BY_HAND[name] !== license,
    );
    expect(strange.map(({ name, license }) => `${name}: ${license}`)).toEqual([]);
  });

  test("is what the command licences lists: neither more nor less than the lock file and the disk have in common", () => {
    const onDisk = shipped.filter(({ path }) => existsSync(join(root, path, "package.json")));
    const tell = (list: readonly { readonly name: string; readonly version: string }[]) =>
      [...new Set(list.map(({ name, version }) => `${name} ${version}`))].sort();
    const listed = listPackages(root);
    expect(tell(listed)).toEqual(tell(onDisk));
    expect(
      Object.keys(manifest.dependencies).filter((name) => !listed.some((one) => one.name === name)),
    ).toEqual([]);
    expect(listed.filter(({ licence }) => licence === "not stated")).toEqual([]);
  });

  test("is listed for people and for programs", async () => {
    const table = await valtBridge(["licences"]).ended;
    expect(table.code).toBe(0);
    expect(table.out).toMatch(/^undici +\d+\.\d+\.\d+ +MIT$/m);
    const { out } = await valtBridge(["licences", "--json"]).ended;
    expect(JSON.parse(out)).toContainEqual({
      name: "node-hid",
      version: manifest.dependencies["node-hid"],
      licence: "(MIT OR X11)",
    });
  });
});

describe("what is installed", () => {
  test("runs no script of its own while it is installed", () => {
    const withScripts = [...new Set(locked.filter((one) => one.hasInstallScript).map(({ name }) => name))];
    expect(withScripts.filter((name) => manifest.allowScripts[name] !== false)).toEqual([]);
    expect(Object.values(manifest.allowScripts).filter((isAllowedToRun) => isAllowedToRun)).toEqual([]);
  });

  test("is the same everywhere: exact versions, and a sum over every package", () => {
    const exact = /^(?:\d+\.\d+\.\d+|\$.+|npm:.+@\d+\.\d+\.\d+)$/;
    const direct = { ...manifest.dependencies, ...manifest.devDependencies };
    const overrides = Object.values(manifest.overrides).flatMap((one) =>
      typeof one === "string" ? [one] : Object.values(one),
    );
    expect([...Object.values(direct), ...overrides].filter((version) => !exact.test(version))).toEqual([]);
    expect(
      Object.entries(direct).filter(
        ([name, version]) => packages[`node_modules/${name}`]?.version !== version,
      ),
    ).toEqual([]);
    expect(
      locked.filter(({ integrity }) => !integrity?.startsWith("sha512-")).map(({ path }) => path),
    ).toEqual([]);
  });

  test("comes from wherever the site gets its packages: the lock file names no host", () => {
    expect(locked.filter(({ resolved }) => resolved !== undefined).map(({ path }) => path)).toEqual([]);
    expect(read("package-lock.json")).not.toMatch(/registry|git\+|file:/);
  });
});

/** `MIT`, `(MIT OR GPL-2.0)`, `MIT AND ISC`. */
function isAllowed(expression: string | undefined): boolean {
  const choices = (expression ?? "").replaceAll(/[()]/g, "").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((part) => ALLOWED.includes(part.trim())));
}

test.each([
  ["MIT", true],
  ["(MIT OR GPL-2.0)", true],
  ["GPL-3.0", false],
  ["MIT AND GPL-2.0", false],
  ["(Apache-2.0 AND ISC)", true],
  [undefined, false],
])("the licence %s may be shipped: %s", (expression, expected) => {
  expect(isAllowed(expression)).toBe(expected);
});
