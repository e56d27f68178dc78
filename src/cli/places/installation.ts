import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What is installed, and where; the same for the sources and for what is built of them. */
interface Installation {
  /** The folder with the package's `package.json`. */
  readonly root: string;
  /** The program that Node runs. */
  readonly main: string;
  readonly manifest: Manifest;
}

/** The parts of a package's `package.json` that somebody here reads. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly engines?: { readonly node?: string };
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** The installation that this file is part of. */
export function findInstallation(): Installation {
  let root = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(root, "package.json")) && dirname(root) !== root) root = dirname(root);
  const manifest = readManifest(root);
  const program = Object.values(manifest?.bin ?? {})[0] ?? "dist/src/main.js";
  return {
    root,
    main: join(root, program),
    manifest: manifest ?? { name: "valt-panel-bridge", version: "unknown" },
  };
}

/** Undefined where the folder is no package. */
export function readManifest(folder: string): Manifest | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}
