import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { APART, ENTRANCES, joinModules } from "../join-modules.js";
import { ROOT as root } from "./project.js";
import { copyPackage, NOT_NEEDED, trimManifest, writeJson } from "./trim.js";

/*
 * The npm package, made of what is built: the joined program, the pages, and trimmed copies of the packages that it was
 * tested with, in a bundle. What has a package for each platform comes from the registry, in exact versions. The bundle stands in
 * the place of a shrinkwrap: npm 11 installs the packages of every platform that one names, which makes 409 MB.
 */

/** They are one package a platform: only the one that fits is installed. */
const BY_PLATFORM = /^@(?:napi-rs|koromix)\//;
/** Found by their path at run time, besides what the join leaves apart. */
const FOUND = /^(?:@fontsource-variable\/|(?:preact|lucide-static)$)/;
/** What other programs import. */
const DOORS = ["valt/client", "driver/contract", "simulator/server"];

const WHOLE_FOLDERS = [
  ...["mappings", "devices/usb-hid/profiles", "devices/serial/profiles"],
  ...["dist/src/joined", "dist/help"],
];
const PROGRAM_FILES = ENTRANCES.map((name) => `dist/src/${name}.js`);
const PAGE_FOLDERS = ["dist/src/web/page", "src/web/page"];
const PAGE_FILE = /\.(?:js|css|svg|webmanifest)$|LICENCES\.txt$/;

/** Makes `<name>-<version>.tgz` in the folder, of what `npm run build` made. Gives its path. */
export async function makeNpmPackage(folder) {
  const stage = join(root, "dist/package/npm");
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  copyProgram(stage);
  await joinModules(DOORS, { into: join(stage, "dist/src"), chunks: "library" });
  for (const path of filesFrom(
    DOORS.map((door) => `dist/src/${door}.d.ts`),
    importsOfTypes,
  ))
    copy(path, stage);
  for (const path of filesFrom(["README.md", "CHANGELOG.md", "LICENSE"], linksOfPage)) copy(path, stage);
  const manifest = readJson("package.json");
  const needed = listNeeded(manifest);
  for (const one of needed.filter(({ isBundled }) => isBundled))
    copyPackage(join(root, one.path), join(stage, one.path), one);
  writeJson(join(stage, "package.json"), publishedManifest(manifest, needed));
  mkdirSync(folder, { recursive: true });
  const said = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
    cwd: stage,
    shell: process.platform === "win32",
  });
  return join(folder, JSON.parse(said)[0].filename);
}

/** What the console sends to browsers: modules as they were built, style sheets and pictures as they are written. */
export function listPageFiles() {
  const pages = PAGE_FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .filter((name) => PAGE_FILE.test(name))
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`),
  );
  // What the page shares with the program.
  return [...pages, "dist/src/base/csv.js"];
}

function copyProgram(stage) {
  for (const path of [...PROGRAM_FILES, ...listPageFiles()]) copy(path, stage);
  for (const path of WHOLE_FOLDERS) cpSync(join(root, path), join(stage, path), { recursive: true });
}

function copy(path, stage) {
  mkdirSync(dirname(join(stage, path)), { recursive: true });
  cpSync(join(root, path), join(stage, path));
}

/** These files and all that they lead to. */
function filesFrom(starts, next) {
  const found = new Set(starts);
  for (const path of found)
    for (const one of next(path, readFileSync(join(root, path), "utf8")))
      found.add(relative(root, join(root, dirname(path), one)).replaceAll("\\", "/"));
  return found;
}

function importsOfTypes(_, text) {
  const names = [...text.matchAll(/(?:from |import\()"(\.[^"]+)"/g)].map(([, name]) => name);
  return names.map((name) => name.replace(/\.[jt]s$/, ".d.ts"));
}

function linksOfPage(path, text) {
  if (!path.endsWith(".md")) return [];
  const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link]) => link);
  return links.filter((link) => !/^[a-z]+:/.test(link) && existsSync(join(root, dirname(path), link)));
}

/** Every package that is needed to run, with its folder in the lock file and the exact versions that it found there. */
export function listNeeded(manifest) {
  const { packages } = readJson("package-lock.json");
  const direct = Object.keys(manifest.dependencies);
  const loaded = closure(direct.filter((name) => APART.test(`${name}/`) || FOUND.test(name)));
  const joined = closure(direct).filter((path) => !loaded.includes(path));
  return [...loaded, ...joined].sort().map((path) => ({
    path,
    name: nameOf(path),
    isBundled: !BY_PLATFORM.test(nameOf(path)),
    isJoined: joined.includes(path),
    locked: packages[path],
    dependencies: Object.fromEntries(
      needsOf(path)
        .filter((name) => !BY_PLATFORM.test(name))
        .map((name) => [name, packages[findLocked(name, path)].version]),
    ),
  }));

  function closure(names) {
    const paths = new Set(names.map((name) => `node_modules/${name}`));
    for (const path of paths) for (const name of needsOf(path)) paths.add(findLocked(name, path));
    return [...paths];
  }

  function needsOf(path) {
    const { dependencies, optionalDependencies } = packages[path];
    return Object.keys({ ...dependencies, ...optionalDependencies }).filter(
      (name) => !NOT_NEEDED.includes(name),
    );
  }

  /** As Node looks for it: inside, then beside, then further up. */
  function findLocked(name, from) {
    for (let folder = from; ; folder = folder.replace(/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+$/, "")) {
      const path = `${folder}/node_modules/${name}`.replace(/^\//, "");
      if (packages[path] !== undefined) return path;
      if (folder === "") throw new Error(`${from} needs ${name}, and no such package is locked`);
    }
  }
}

function nameOf(path) {
  return path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
}

/** What other packages need for one platform becomes a dependency of ours: in a bundle it would not be looked for. */
function publishedManifest({ private: _, allowScripts, overrides, ...manifest }, needed) {
  const isDirect = ({ name }) => manifest.dependencies[name] !== undefined;
  const optional = needed.filter((one) => !one.isBundled && !isDirect(one));
  return {
    ...trimManifest(manifest, manifest.dependencies),
    optionalDependencies: Object.fromEntries(optional.map(({ name, locked }) => [name, locked.version])),
    bundleDependencies: needed
      .filter(({ path, isBundled }) => isBundled && path === `node_modules/${nameOf(path)}`)
      .map(({ name }) => name),
    publishConfig: { access: "public", provenance: true },
  };
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), "utf8"));
}
