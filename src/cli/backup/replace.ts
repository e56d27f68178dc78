import { createHash } from "node:crypto";
import {
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { makeFolder, syncFolder } from "../../journal/durable-folder.ts";
import type { Manifest } from "./manifest.ts";
import { findNamedFiles } from "./mapping-files.ts";
import { STATE_FILES } from "./state.ts";
import type { Folders } from "./unpack.ts";

/** Where a backup goes. */
export interface Targets {
  /** The mapping's file; the files that it names are put beside it. Absent for a backup without one. */
  readonly mapping: string | undefined;
  /** Absent for a backup without a state. */
  readonly state: string | undefined;
  /** Names what is moved aside. */
  readonly moment: string;
}

const IN_MAPPING = "mapping/";

/** The name of the mapping in a backup; nothing where there is none. */
export function mappingIn({ files }: Manifest): string | undefined {
  return files.find(({ path }) => path.startsWith(IN_MAPPING))?.path.slice(IN_MAPPING.length);
}

/** What is there already and differs from what the backup has, as sentences. */
export function findFormer(targets: Targets, manifest: Manifest): readonly string[] {
  const { state } = targets;
  const hasState = state !== undefined && STATE_FILES.some((name) => existsSync(join(state, name)));
  const differing = filesOf(targets, manifest).filter(
    ({ to, sha256 }) => existsSync(to) && sumOf(to) !== sha256,
  );
  return [
    ...(hasState ? [`${state} has a state already`] : []),
    ...differing.map(({ to }) => `${to} is there already, and differs`),
  ];
}

/** Empty folders beside the targets, so that what is unpacked there takes its place in one step. */
export function makeFolders({ mapping, state }: Targets): Folders {
  const nowhere =
    mapping === undefined ? `${state}.restoring` : join(dirname(mapping), ".valt-bridge-restoring");
  const folders = { mapping: nowhere, state: state === undefined ? nowhere : `${state}.restoring` };
  for (const folder of new Set(Object.values(folders))) {
    makeFolder(dirname(folder));
    // Of one that was killed.
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { mode: 0o700 });
  }
  return folders;
}

/** Throws where the mapping's part has a file that the mapping does not name: a backup puts nothing else beside it. */
export function checkNamed(folders: Folders, manifest: Manifest): void {
  const main = mappingIn(manifest);
  if (main === undefined) return;
  const named = findNamedFiles(join(folders.mapping, main)).files.map(({ path }) => path);
  for (const { path } of manifest.files)
    if (path.startsWith(IN_MAPPING) && !named.includes(path.slice(IN_MAPPING.length)))
      throw new Error(`"${path}" in it is no file that its mapping names`);
}

/** Puts the state in its place. The former one is moved aside as a whole; gives where it is now. */
export function placeState(unpacked: string, state: string, moment: string): string | undefined {
  giveToOwner(unpacked, existsSync(state) ? state : dirname(state));
  syncFolder(unpacked);
  const aside = `${state}.before-${moment}`;
  const hasFormer = existsSync(state);
  if (hasFormer) renameSync(state, aside);
  try {
    renameSync(unpacked, state);
  } catch (error) {
    if (hasFormer) renameSync(aside, state);
    throw error;
  }
  syncFolder(dirname(state));
  return hasFormer ? aside : undefined;
}

/** Puts the mapping and its files in their places, each in one step. Gives the folder with copies of those that were replaced. */
export function placeMapping(unpacked: string, targets: Targets, manifest: Manifest): string | undefined {
  const { mapping, moment } = targets;
  if (mapping === undefined) return undefined;
  const aside = join(dirname(mapping), `before-${moment}`);
  for (const { from, to, sha256 } of filesOf(targets, manifest)) {
    mkdirSync(dirname(to), { recursive: true });
    if (existsSync(to)) {
      if (sumOf(to) === sha256) continue;
      const copy = join(aside, from === mappingIn(manifest) ? basename(to) : from);
      mkdirSync(dirname(copy), { recursive: true, mode: 0o700 });
      copyFileSync(to, copy);
    }
    giveToOwner(join(unpacked, from), existsSync(to) ? to : dirname(to));
    renameSync(join(unpacked, from), to);
    syncFolder(dirname(to));
  }
  return existsSync(aside) ? aside : undefined;
}

interface Placed {
  /** Within the mapping's part. */
  readonly from: string;
  readonly to: string;
  readonly sha256: string;
}

/** The mapping last, so that no bridge that runs on it looks for files that are not there yet. */
function filesOf({ mapping }: Targets, manifest: Manifest): readonly Placed[] {
  if (mapping === undefined) return [];
  const [main, ...beside] = manifest.files.filter(({ path }) => path.startsWith(IN_MAPPING));
  return [...beside, ...(main === undefined ? [] : [main])].map((file) => {
    const from = file.path.slice(IN_MAPPING.length);
    return { from, to: file === main ? mapping : join(dirname(mapping), from), sha256: file.sha256 };
  });
}

function sumOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

/** What root unpacks belongs to whom the place belongs to: the service must be able to use it. */
function giveToOwner(path: string, like: string): void {
  if (process.geteuid?.() !== 0) return;
  const { uid, gid } = statSync(like);
  chownSync(path, uid, gid);
  if (statSync(path).isDirectory()) for (const name of readdirSync(path)) giveToOwner(join(path, name), like);
}
