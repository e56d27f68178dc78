/*
 * Compares what npm has installed into a folder with what is locked: exactly these versions, no script, the sums of what was
 * fetched beside, less than 90 MB.
 * usage: installed-tree.mjs FOLDER
 */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const MOST_BYTES = 90e6;
const [folder] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const nameOf = (path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

const locked = new Map();
for (const [path, { version, integrity }] of Object.entries(read("package-lock.json").packages))
  locked.set(`${nameOf(path)} ${version}`, integrity);
const own = read("package.json");
const fetched = read(join(folder, "node_modules/.package-lock.json")).packages;

const files = readdirSync(join(folder, "node_modules"), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
const faults = [];
const load = createRequire(join(folder, "node_modules", own.name, own.bin["valt-bridge"]));
for (const name of ["@napi-rs/canvas", "@photostructure/sqlite", "koffi", "node-hid", "serialport"])
  load(name);
let count = 0;
for (const file of files.filter((path) => /node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path))) {
  const { version, scripts } = read(file);
  const name = nameOf(file).replace(/\/package\.json$/, "");
  const isKnown = locked.has(`${name} ${version}`) || (name === own.name && version === own.version);
  if (!isKnown) faults.push(`${name} ${version} is not locked`);
  if (scripts?.install ?? scripts?.preinstall ?? scripts?.postinstall)
    faults.push(`${name} has an install script`);
  count++;
}
for (const [path, { version, integrity, inBundle }] of Object.entries(fetched)) {
  const name = nameOf(path);
  if (inBundle || name === own.name || locked.get(`${name} ${version}`) === integrity) continue;
  faults.push(`${name} ${version} has another sum than the locked one`);
}
const size = files.reduce((sum, file) => sum + statSync(file).size, 0);
if (size > MOST_BYTES) faults.push(`it takes ${size} bytes`);
if (count < 50) faults.push(`only ${count} packages were found`);
console.log(
  faults.join("\n") || `${count} packages as they are locked, no script, ${(size / 1e6).toFixed(1)} MB`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
