import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import { writeArchive } from "../backup/archive.ts";
import { createHideLine, hideIn } from "../backup/conceal.ts";
import { describeArchive, type LeftOut, MANIFEST } from "../backup/manifest.ts";
import { attempt, findMapping, findState, nameMoment, type StatePlace, withState } from "../backup/place.ts";
import { inStaging, type Staging } from "../backup/staging.ts";
import { collectMapping, type Subject, sections } from "../backup/support-sections.ts";
import type { Surroundings } from "../environment.ts";
import { readMapping } from "../mapping/mapping-file.ts";
import { print, style } from "../terminal.ts";
import { examineSite } from "./doctor.ts";

interface SupportOptions extends StatePlace {
  readonly out?: string;
}

/** `support`: writes one file without secrets for whoever helps. */
export function addSupportCommand(program: Command, surroundings: Surroundings): void {
  withState(
    program
      .command("support")
      .description(
        "write one .tar.gz without secrets to mail to whoever helps: status, doctor, log, versions",
      )
      .argument("[mapping]", "mapping file (default: the service's)"),
  )
    .option("--out <file>", "the file to write (default: named after the time)")
    .action((mapping: string | undefined, options: SupportOptions) =>
      attempt("nothing was written", () => support(findMapping(mapping), options, surroundings)),
    );
}

async function support(
  file: string | undefined,
  options: SupportOptions,
  surroundings: Surroundings,
): Promise<void> {
  const out = resolve(options.out ?? `valt-bridge-support-${nameMoment(systemClock.wallMs())}.tar.gz`);
  if (existsSync(out)) throw new Error(`${out} is there already`);
  const { instance } = options;
  const mapping =
    file === undefined ? undefined : (await readMapping(file, surroundings.loadVocabulary)).mapping;
  const subject: Subject = {
    file,
    mapping,
    instance,
    state: findState(options),
    hide: createHideLine(mapping),
    examine: async () => (file === undefined ? [] : examineSite(file, instance, surroundings)),
  };
  const leftOut = await inStaging(out, async (staging) => {
    const left = hideIn(await collect(subject, staging), subject.hide) as readonly LeftOut[];
    const pieces = [...staging.pieces];
    const manifest = await describeArchive("support", pieces, left);
    staging.write(MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`);
    await writeArchive(out, [...staging.pieces.slice(-1), ...pieces], surroundings.signal);
    return left;
  });
  for (const { what, why } of leftOut) print(`without  ${what}: ${why}`);
  print(`${style("green", "written")}  ${out}, ${Math.ceil((await stat(out)).size / 1024)} KiB`);
  print(
    "         Secrets are overwritten; names of rooms, marks and addresses are in it. Look at it before you mail it.",
  );
}

/** What cannot be had is left out: help is needed most where something does not work. */
async function collect(subject: Subject, staging: Staging): Promise<readonly LeftOut[]> {
  const left: LeftOut[] = [];
  for (const [name, section] of Object.entries(sections))
    try {
      staging.write(name, await section(subject));
    } catch (error) {
      left.push({ what: name, why: errorText(error) });
    }
  return [...left, ...collectMapping(subject, staging)];
}
