import { join } from "node:path";
import { parseArgs } from "node:util";
import { makeDeb } from "./deb.js";
import { makeImage } from "./image.js";
import { makeNpmPackage } from "./npm.js";
import { writePapers } from "./papers.js";
import { ARCHITECTURES, installFor } from "./platform.js";
import { BUILT } from "./project.js";

/*
 * Makes packages of what `npm run build` made, and prints their paths. With --fast they are hardly compressed, for tests.
 * usage: npm run package -- npm|deb|image|release... [--arch amd64|arm64] [--out FOLDER] [--fast]
 */

const { positionals: wanted, values } = parseArgs({
  allowPositionals: true,
  options: {
    arch: { type: "string", multiple: true, default: Object.keys(ARCHITECTURES) },
    out: { type: "string", default: join(BUILT, "release") },
    fast: { type: "boolean", default: false },
  },
});
const { out: folder, fast: isFast, arch: architectures } = values;
const KINDS = ["npm", "deb", "image", "release"];
const odd = [
  ...wanted.filter((one) => !KINDS.includes(one)),
  ...architectures.filter((one) => !ARCHITECTURES[one]),
];
if (wanted.length === 0 || odd.length > 0) {
  process.stderr.write(
    `say what to make (${KINDS.join(", ")}), and for which of ${Object.keys(ARCHITECTURES).join(", ")}\n`,
  );
  process.exit(2);
}
const wants = (kind) => wanted.includes(kind) || wanted.includes("release");

const tarball = await makeNpmPackage(folder);
const made = [tarball];
const trees = new Map();
if (wants("deb") || wants("image")) for (const one of architectures) trees.set(one, installFor(one, tarball));
for (const [architecture, tree] of trees)
  if (wants("deb")) made.push(await makeDeb(architecture, tree, { folder, isFast }));
if (wants("image")) made.push(await makeImage(trees, { folder, isFast }));
if (wanted.includes("release")) made.push(...writePapers(folder, made));
process.stdout.write(`${made.join("\n")}\n`);
