import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { BUILT } from "./project.js";

/*
 * What of other people's packages is put into ours: what runs, and licences. Sources, headers, maps and documents stay out.
 * A package whose code is joined into the program keeps its manifest and licence, so that it can be listed and audited.
 */

const RUNS = /\.(?:c?js|mjs|json|node)$/;
const LICENCE = /licen[cs]e|copying|notice/i;
/** Those of modules; nothing of ours is read as anything else. */
const TYPES = /\.d\.m?ts$/;

const { keptIcons } = await import(
  pathToFileURL(join(BUILT, "src/panel/key-image/symbols/kept-icons.js")).href
);

/** Files that a package needs at run time, where that is not all that can run. */
const NEEDED = {
  "@fontsource-variable/noto-emoji": /^unicode\.json$|^files\/.*-\d+-wght-normal\.woff2$/,
  "@fontsource-variable/noto-sans-jp": /^unicode\.json$|^files\/.*-\d+-wght-normal\.woff2$/,
  "@fontsource-variable/noto-sans-kr": /^unicode\.json$|^files\/.*-\d+-wght-normal\.woff2$/,
  "@fontsource-variable/noto-sans-sc": /^unicode\.json$|^files\/.*-\d+-wght-normal\.woff2$/,
  "@fontsource-variable/noto-sans-tc": /^unicode\.json$|^files\/.*-\d+-wght-normal\.woff2$/,
  "@photostructure/sqlite": /^dist\/.*js$|^prebuilds\//,
  "dejavu-fonts-ttf": /^ttf\/DejaVuSansCondensed-Bold\.ttf$/,
  koffi: /^(?:index|indirect|src\/koffi\/).*js$/,
  "node-hid": /^[^/]+\.js$|^prebuilds\//,
  "lucide-static": { test: (path) => Object.values(keptIcons).some((name) => path === `icons/${name}.svg`) },
  preact: /^(?:dist\/preact|hooks\/dist\/hooks|jsx-runtime\/dist\/jsxRuntime)\.(?:js|mjs)$/,
};

/** Dependencies that are needed to compile a package only, or by a part of it that is never loaded. */
export const NOT_NEEDED = ["node-addon-api", "cmake-js", "@julusian/jpeg-turbo"];

/** The published types name theirs. */
const WITH_TYPES = ["zod", "undici"];

/** Copies what is needed of the package in one folder to another. */
export function copyPackage(from, to, { isJoined, dependencies }) {
  const manifest = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  const isNeeded = (path) =>
    !path.includes("node_modules/") &&
    ((!path.includes("/") && LICENCE.test(path)) ||
      (WITH_TYPES.includes(manifest.name) && TYPES.test(path)) ||
      (!isJoined && runs(manifest.name, path)));
  const paths = readdirSync(from, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(from.length + 1)
        .replaceAll("\\", "/"),
    )
    .filter(isNeeded);
  for (const path of paths) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    cpSync(join(from, path), join(to, path));
  }
  if (!existsSync(to)) throw new Error(`nothing of ${manifest.name} is kept, not even a licence`);
  writeJson(join(to, "package.json"), trimManifest(manifest, dependencies));
}

function runs(name, path) {
  const needed = NEEDED[name];
  return needed === undefined ? RUNS.test(path) && path !== "package.json" : needed.test(path);
}

/** Without scripts, so that none runs when the package is installed, and with these dependencies alone. */
export function trimManifest(manifest, dependencies) {
  const left = Object.entries(manifest).filter(([key]) => !TRIMMED.test(key));
  return { ...Object.fromEntries(left), ...(Object.keys(dependencies).length > 0 && { dependencies }) };
}

const TRIMMED = /^scripts$|[dD]ependencies|^gypfile$|^binary$/;

export function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
