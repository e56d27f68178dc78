import { cpus, freemem, release, totalmem, uptime, version } from "node:os";
import { join } from "node:path";
import { errorText } from "../../base/error-text.ts";
import { printable, printableJson } from "../../base/printable.ts";
import { redact } from "../../base/redact.ts";
import { readDatabase } from "../../journal/database.ts";
import { JOURNAL_FORMAT } from "../../journal/formats.ts";
import { readHead } from "../../journal/journal-file.ts";
import { readRows } from "../../journal/read.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { PRODUCT } from "../../product.ts";
import type { Finding } from "../doctor/finding.ts";
import { examineMachine } from "../doctor/machine.ts";
import { describeRow } from "../journal/table.ts";
import { findInstallation } from "../places/installation.ts";
import { findRunningBridges } from "../places/running-bridges.ts";
import { findMissingParts } from "../running/native-parts.ts";
import { type HideLine, hideIn } from "./conceal.ts";
import { readLog } from "./log-lines.ts";
import type { LeftOut } from "./manifest.ts";
import { findNamedFiles, isText } from "./mapping-files.ts";
import type { Staging } from "./staging.ts";

/** What is to be told of, and how secrets are kept out of it. */
export interface Subject {
  readonly file: string | undefined;
  /** Absent where there is none, or where it has errors. */
  readonly mapping: Mapping | undefined;
  readonly instance: string;
  readonly state: string;
  readonly hide: HideLine;
  /** What `doctor` finds with the mapping; empty without one. */
  examine(): Promise<readonly Finding[]>;
}

/** The files of a bundle, each with how its text is come by. They throw a sentence where it cannot be had. */
export const sections: Readonly<Record<string, (subject: Subject) => Promise<string>>> = {
  "versions.json": async (subject) => tell(await describeVersions(subject), subject),
  "status.json": async (subject) => {
    const bridges = await findRunningBridges(subject.instance);
    if (bridges.length === 0) throw new Error("no bridge is running that this account may ask");
    return tell(bridges, subject);
  },
  "doctor.json": async (subject) => {
    const found = await subject.examine();
    return tell(found.length > 0 ? found : await examineMachine(subject.instance, undefined), subject);
  },
  "log.txt": async ({ instance, hide }) => hideLines(await readLog(instance), hide),
  "journal.jsonl": async (subject) => tellRows(subject),
};

/** The texts of the mapping and of what it names; fonts and pictures stay here. */
export function collectMapping({ file, hide }: Subject, staging: Staging): readonly LeftOut[] {
  if (file === undefined) return [{ what: "mapping", why: "none was named" }];
  try {
    const { files, leftOut } = findNamedFiles(file);
    const texts = files.filter(({ path }) => isText(path));
    for (const { path, bytes } of texts)
      staging.write(`mapping/${path}`, hideLines(bytes.toString("utf8").split(/\r?\n/), hide));
    const others = files.filter((one) => !texts.includes(one));
    return [...leftOut, ...others.map(({ path }) => ({ what: path, why: "it is no text" }))];
  } catch (error) {
    return [{ what: "mapping", why: errorText(error) }];
  }
}

function tell(value: unknown, { hide }: Subject): string {
  const lines = redact(JSON.stringify(hideIn(value, hide), undefined, 2)).split("\n");
  return `${lines.map(printableJson).join("\n")}\n`;
}

function hideLines(lines: readonly string[], hide: HideLine): string {
  const shown = (line: string) => redact(hide(line)).split("\t").map(printable).join("\t");
  return lines.map(shown).join("\n");
}

async function describeVersions({ mapping, state }: Subject): Promise<unknown> {
  const { manifest, root } = findInstallation();
  return {
    program: PRODUCT,
    root,
    state,
    node: process.versions,
    system: { platform: process.platform, arch: process.arch, release: release(), version: version() },
    processors: { count: cpus().length, model: cpus()[0]?.model },
    memoryBytes: { total: totalmem(), free: freemem() },
    upSeconds: Math.round(uptime()),
    packages: manifest.dependencies,
    missingParts: await findMissingParts(mapping),
  };
}

const MOST_ROWS = 2000;

/** The last rows of the journal, a line of JSON each. */
function tellRows({ state, hide }: Subject): string {
  const database = readDatabase(join(state, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  try {
    const since = readHead(database).sequence - MOST_ROWS;
    const rows = [...readRows(database, { sinceSequence: since })];
    return rows
      .map((row) => `${printableJson(redact(JSON.stringify(hideIn(describeRow(row), hide))))}\n`)
      .join("");
  } finally {
    database.close();
  }
}
