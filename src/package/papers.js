import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { listNeeded } from "./npm.js";
import { ARCHITECTURES } from "./platform.js";
import { BUILT, EPOCH, PROJECT, ROOT } from "./project.js";

/** Writes what goes with a release's packages into their folder: contents, licences, changes, and the sums of all of them. */
export function writePapers(folder, packages) {
  const name = `${PROJECT.name}-${PROJECT.version}`;
  const papers = [];
  const write = (file, text) => {
    writeFileSync(join(folder, file), text);
    papers.push(join(folder, file));
  };
  write(`${name}.cdx.json`, `${JSON.stringify(describeContents(), null, 2)}\n`);
  const licences = execFileSync(process.execPath, [join(BUILT, "src/main.js"), "licences"], {
    encoding: "utf8",
  });
  const copied = ["src/joined/", "src/web/page/", "src/web/page/console-"].map((place) =>
    readFileSync(join(BUILT, `${place}LICENCES.txt`), "utf8"),
  );
  write(`${name}-licences.txt`, [licences, ...copied].join("\n"));
  write(`${name}-changes.md`, changesOf(PROJECT.version));
  // What an earlier release left in the folder is no part of this one.
  const sums = [...packages, ...papers].sort().map((file) => `${sumOf(file)}  ${basename(file)}\n`);
  write("SHA256SUMS", sums.join(""));
  return papers;
}

/** The section of a version in CHANGELOG.md, or the one of what is not released yet. */
export function changesOf(version) {
  const text = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  const sections = text.split(/^(?=## )/m);
  const found = ["Unreleased", version].map((title) => sections.find((one) => one.startsWith(`## ${title}`)));
  const section = found[1] ?? found[0];
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${version}"`);
  return section;
}

/** A list of everything that is shipped, as CycloneDX 1.5 (cyclonedx.org/docs/1.5/json). */
function describeContents() {
  const packages = listNeeded(PROJECT).map(({ name, locked }) => describe(name, locked));
  const nodes = Object.values(ARCHITECTURES).map(({ node, sum }) => {
    const [name, version] = node.split("@");
    return describe(name, { version, license: "MIT", integrity: sum });
  });
  const { name, version, license } = PROJECT;
  return {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    metadata: {
      timestamp: new Date(EPOCH * 1000).toISOString(),
      component: { type: "application", ...describe(name, { version, license }) },
    },
    components: [...packages, ...nodes],
  };
}

function describe(name, { version, license, integrity }) {
  const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
  const sum = integrity?.startsWith("sha512-") && Buffer.from(integrity.slice("sha512-".length), "base64");
  return {
    type: "library",
    ...{ name, version, purl, "bom-ref": purl },
    licenses: [/ |^$/.test(license) ? { expression: license } : { license: { id: license } }],
    ...(sum && { hashes: [{ alg: "SHA-512", content: sum.toString("hex") }] }),
  };
}

function sumOf(file) {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}
