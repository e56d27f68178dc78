import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../../base/clock.ts";
import { redact } from "../../base/redact.ts";
import { writeArchive } from "../backup/archive.ts";
import { describeArchive, type LeftOut, MANIFEST } from "../backup/manifest.ts";
import { findNamedFiles, isText } from "../backup/mapping-files.ts";
import { attempt, findMapping, findState, nameMoment, type StatePlace, withState } from "../backup/place.ts";
import { inStaging, type Staging } from "../backup/staging.ts";
import { copyState } from "../backup/state.ts";
import type { Surroundings } from "../environment.ts";
import { readMapping } from "../mapping/mapping-file.ts";
import { secretNamesOf } from "../mapping/secrets.ts";
import { print, style } from "../terminal.ts";

interface BackupOptions extends StatePlace {
  readonly out?: string;
}

/** `backup`: writes mapping and state into one file. */
export function addBackupCommand(program: Command, surroundings: Surroundings): void {
  withState(
    program
      .command("backup")
      .description("write mapping and state into one .tar.gz without secrets, also while a bridge runs")
      .argument("[mapping]", "mapping file (default: the service's)"),
  )
    .option("--out <file>", "the file to write (default: named after the time)")
    .action((mapping: string | undefined, options: BackupOptions) =>
      attempt("no backup was made", () => backup(findMapping(mapping), options, surroundings)),
    );
}

async function backup(
  mapping: string | undefined,
  options: BackupOptions,
  surroundings: Surroundings,
): Promise<void> {
  const folder = findState(options);
  const out = resolve(options.out ?? `valt-bridge-backup-${nameMoment(systemClock.wallMs())}.tar.gz`);
  if (existsSync(out)) throw new Error(`${out} is there already`);
  if (mapping === undefined && !existsSync(folder))
    throw new Error(`there is no state in ${folder}, and no mapping was named`);
  const leftOut = await inStaging(out, async (staging) => {
    const saved = mapping === undefined ? NOTHING : await copyMapping(mapping, staging, surroundings);
    const state = existsSync(folder) ? await copyState(folder, staging) : { formats: {}, leftOut: [] };
    const left = [...ALWAYS_LEFT_OUT, ...saved.leftOut, ...state.leftOut];
    const described = await describeArchive("backup", staging.pieces, left);
    const manifest = { ...described, stateFormats: state.formats, mappingFolder: saved.folder };
    const pieces = [...staging.pieces];
    staging.write(MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`);
    await writeArchive(out, [...staging.pieces.slice(-1), ...pieces], surroundings.signal);
    tell("mapping", mapping, pieces.filter(({ path }) => path.startsWith("mapping/")).length);
    tell("state", folder, pieces.filter(({ path }) => path.startsWith("state/")).length);
    return left;
  });
  for (const { what, why } of leftOut) print(`without  ${what}: ${why}`);
  print(`${style("green", "saved")}    ${out}, ${tellSize((await stat(out)).size)}`);
}

function tell(what: string, place: string | undefined, files: number): void {
  print(`${what.padEnd(8)} ${place === undefined ? "none was named" : `${place}, ${files} files`}`);
}

function tellSize(bytes: number): string {
  return bytes < 1_048_576 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

const ALWAYS_LEFT_OUT: readonly LeftOut[] = [
  { what: "passwords, passcodes, PINs, tokens and keys", why: "secrets are not saved" },
];

const NOTHING = { folder: undefined, leftOut: [] };

/** Each file with its secrets overwritten, so that the copy means the same and gives nothing away. */
async function copyMapping(file: string, staging: Staging, { loadVocabulary }: Surroundings) {
  // Which secrets there are is known once the mapping is read.
  const { mapping } = await readMapping(file, loadVocabulary);
  const { files, leftOut } = findNamedFiles(file);
  const all: LeftOut[] = [...leftOut];
  for (const { path, bytes } of files) {
    const text = isText(path) ? bytes.toString("utf8") : undefined;
    const clean = text === undefined ? undefined : redact(text);
    if (clean !== text) all.push({ what: `what is *** in ${path}`, why: "secrets are not saved" });
    staging.write(`mapping/${path}`, clean === text || clean === undefined ? bytes : clean);
  }
  for (const { name, purpose } of mapping === undefined ? [] : secretNamesOf(mapping))
    all.push({ what: name, why: `${purpose}: secrets are not saved` });
  return { folder: dirname(file), leftOut: all };
}
