import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { findInstallation, type Manifest, readManifest } from "../places/installation.ts";
import { printJson, printTable } from "../terminal.ts";

/** `licences`: lists the packages and their licences. */
export function addLicencesCommand(program: Command): void {
  program
    .command("licences")
    .description("list what runs here besides the bridge itself, with versions and licences")
    .option("--json", "print JSON")
    .action(({ json }: { json?: true }) => {
      const packages = listPackages(findInstallation().root);
      if (json === true) return printJson(packages);
      printTable([
        ["PACKAGE", "VERSION", "LICENCE"],
        ...packages.map(({ name, version, licence }) => [name, version, licence]),
      ]);
    });
}

interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** As the package states it: an SPDX expression, nearly always. */
  readonly licence: string;
}

/** Every package that the one in this folder needs to run and that is installed, by name; its own is not among them. */
export function listPackages(root: string): readonly InstalledPackage[] {
  const folders = new Set<string>();
  const waiting = [root];
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const name of namesOfNeeded(readManifest(folder))) {
      const found = findPackage(name, folder, root);
      if (found === undefined || folders.has(found)) continue;
      folders.add(found);
      waiting.push(found);
    }
  }
  return [...folders]
    .map((folder) => describe(folder))
    .sort((one, other) => one.name.localeCompare(other.name) || one.version.localeCompare(other.version));
}

function namesOfNeeded(manifest: Manifest | undefined): readonly string[] {
  const { dependencies, optionalDependencies, peerDependencies } = manifest ?? {};
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/** As Node looks for it: beside the one that needs it, then further up. */
function findPackage(name: string, from: string, root: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
    // Installed as a package itself, the bridge has its neighbours beside it.
    const isAtTop = folder === root && !root.includes(`${join("/", "node_modules")}`);
    if (isAtTop || dirname(folder) === folder) return undefined;
  }
}

function describe(folder: string): InstalledPackage {
  const { name = folder, version = "unknown", license } = readManifest(folder) ?? {};
  return { name, version, licence: typeof license === "string" ? license : "not stated" };
}
