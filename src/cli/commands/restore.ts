import { rmSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../../base/clock.ts";
import type { Manifest } from "../backup/manifest.ts";
import {
  attempt,
  findState,
  nameMoment,
  placeForMapping,
  type StatePlace,
  withState,
} from "../backup/place.ts";
import {
  checkNamed,
  findFormer,
  makeFolders,
  mappingIn,
  placeMapping,
  placeState,
  type Targets,
} from "../backup/replace.ts";
import { type Folders, unpack } from "../backup/unpack.ts";
import type { Surroundings } from "../environment.ts";
import { isFolderHeld } from "../places/instance-lock.ts";
import { findRunningBridges } from "../places/running-bridges.ts";
import { findNewerState } from "../places/state-formats.ts";
import { print, style } from "../terminal.ts";

interface RestoreOptions extends StatePlace {
  readonly mapping?: string;
  readonly replace?: true;
}

/** `restore`: puts mapping and state of a backup in their places. */
export function addRestoreCommand(program: Command, surroundings: Surroundings): void {
  withState(
    program
      .command("restore")
      .description("put mapping and state of a backup in their places; no bridge may run there")
      .argument("<file>", "what backup wrote"),
  )
    .option("--mapping <file>", "where the mapping goes (default: the service's place, else this folder)")
    .option("--replace", "move what is there aside")
    .action((file: string, options: RestoreOptions) =>
      attempt("nothing was restored", () => restore(resolve(file), options, surroundings)),
    );
}

async function restore(archive: string, options: RestoreOptions, { signal }: Surroundings): Promise<void> {
  const folder = findState(options);
  await refuseRunning(folder, options.instance);
  let targets: Targets = { mapping: undefined, state: undefined, moment: "" };
  let folders: Folders | undefined;
  try {
    const manifest = await unpack(
      archive,
      (found) => {
        targets = targetsOf(found, folder, options);
        refuseFormer(targets, found, options);
        folders = makeFolders(targets);
        return folders;
      },
      signal,
    );
    if (folders === undefined) return;
    checkNamed(folders, manifest);
    const newer = await findNewerState(folders.state);
    if (newer !== undefined) throw new Error(newer);
    // It took a while.
    await refuseRunning(folder, options.instance);
    place(folders, targets, manifest);
  } finally {
    for (const one of Object.values(folders ?? {})) rmSync(one, { recursive: true, force: true });
  }
}

function targetsOf(manifest: Manifest, folder: string, { mapping }: RestoreOptions): Targets {
  const main = mappingIn(manifest);
  const hasState = manifest.files.some(({ path }) => path.startsWith("state/"));
  return {
    mapping: main === undefined ? undefined : placeForMapping(mapping, main),
    state: hasState ? folder : undefined,
    moment: nameMoment(systemClock.wallMs()),
  };
}

async function refuseRunning(folder: string, instance: string): Promise<void> {
  const isHeld = await isFolderHeld(folder);
  // Where there is no lock, a bridge can be asked.
  const asked = isHeld || process.platform !== "win32" ? [] : await findRunningBridges(instance);
  if (isHeld || asked.some(({ records }) => records?.folder === folder))
    throw new Error(`a bridge is running on ${folder}: stop it first`);
}

function refuseFormer(targets: Targets, manifest: Manifest, { replace }: RestoreOptions): void {
  const former = findFormer(targets, manifest);
  if (former.length > 0 && replace !== true)
    throw new Error(`${former.join("; ")}: with --replace it is moved aside`);
}

function place(folders: Folders, targets: Targets, manifest: Manifest): void {
  const { mapping, state, moment } = targets;
  const formerState = state === undefined ? undefined : placeState(folders.state, state, moment);
  if (state !== undefined) tell("state", state, formerState);
  const formerMapping = placeMapping(folders.mapping, targets, manifest);
  if (mapping !== undefined) tell("mapping", mapping, formerMapping);
  for (const { what, why } of manifest.leftOut) print(`without  ${what}: ${why}`);
  print(`${style("green", "restored")} what ${manifest.program} saved. Before the bridge is started:`);
  if (state !== undefined) print(`           valt-bridge journal verify --folder ${state}`);
  if (mapping !== undefined) print(`           valt-bridge check ${mapping}`);
}

function tell(what: string, where: string, former: string | undefined): void {
  print(`${what.padEnd(8)} ${where}${former === undefined ? "" : `; what was there is in ${former}`}`);
}
