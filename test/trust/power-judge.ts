import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { failureOf, readDatabase } from "../../src/journal/database.ts";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { openJournalFile } from "../../src/journal/journal-file.ts";
import { openLedgerFile } from "../../src/journal/ledger-file.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import type { DiskImage } from "./power-restore.ts";

/** What `journal verify` says of a journal after a power cut. */
export type ChainVerdict =
  | "intact"
  /** Rows are missing at the end, and nothing else is wrong. */
  | "cut tail"
  /** The file was not there yet, or had nothing in it, and nobody says that there was more. */
  | "not begun"
  | "broken";

export interface Aftermath {
  readonly chain: ChainVerdict;
  /** The marks that are on the disk, in any state. */
  readonly marks: readonly { readonly id: string; readonly text: string }[];
  /** How many rows of the journal tell that something was wrong with it, that of this start among them. */
  readonly remarks: number;
  /** What a bridge that starts on this disk stumbles over; nothing when all is well. */
  readonly trouble: readonly string[];
}

/** In memory where there is such a place: the disks of a thousand power cuts. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

export function writeImage(image: DiskImage, root: string): void {
  mkdirSync(root, { recursive: true });
  for (const [path, content] of image) {
    const place = join(root, path);
    mkdirSync(content === "folder" ? place : dirname(place), { recursive: true });
    if (content !== "folder") writeFileSync(place, content);
  }
}

export function readImage(root: string): DiskImage {
  const image = new Map<string, Buffer | "folder">();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    const place = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) image.set(relative(root, place), "folder");
    else if (entry.isFile()) image.set(relative(root, place), readFileSync(place));
  }
  return image;
}

/** Looks at the disk as people do after a power cut: first they verify, then the bridge starts again. */
export function judge(image: DiskImage, stateFolder: string): Aftermath {
  const root = mkdtempSync(join(PLACE, "valt-bridge-power-"));
  const folder = join(root, stateFolder);
  try {
    writeImage(image, root);
    const chain = verify(folder);
    const trouble: string[] = [];
    const marks = afterDamage(trouble, (damage) => readMarks(folder, damage)) ?? [];
    const remarks = afterDamage(trouble, (damage) => startJournal(folder, damage)) ?? [];
    return { chain, marks, remarks: remarks.length, trouble: [...trouble, ...remarks] };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** As the thread does: a file that is found to be damaged is replaced at the second try. */
function afterDamage<Value>(
  trouble: string[],
  open: (damage: string | undefined) => Value,
): Value | undefined {
  let damage: string | undefined;
  for (let attempt = 1; attempt <= 2; attempt++)
    try {
      return open(damage);
    } catch (error) {
      damage = failureOf(error).message;
      trouble.push(damage);
    }
  return undefined;
}

/** As `journal verify` does it. */
function verify(folder: string): ChainVerdict {
  const published = readHeadFile(folder);
  try {
    const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
    try {
      const { findings } = verifyChain(database, published === undefined ? [] : [published]);
      if (findings.length === 0) return "intact";
      return findings.every(({ kind }) => kind === "truncated") ? "cut tail" : "broken";
    } finally {
      database.close();
    }
  } catch {
    return published === undefined ? "not begun" : "broken";
  }
}

/** As the bridge takes them over when it starts. */
function readMarks(folder: string, damage: string | undefined): Aftermath["marks"] {
  openLedgerFile({ folder, wallMs: 0, damage }).close();
  const database = readDatabase(join(folder, LEDGER_FORMAT.name), LEDGER_FORMAT);
  const rows = database.prepare("SELECT id, text FROM marks").all();
  database.close();
  return rows as { id: string; text: string }[];
}

/** Returns what the journal tells of itself: of this start, and of earlier ones. */
function startJournal(folder: string, damage: string | undefined): readonly string[] {
  openJournalFile({ folder, run: "after the power cut", atMs: 0, wallMs: 0, damage }).close();
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  const { remarks } = verifyChain(database, []);
  database.close();
  return remarks.map(({ body }) => body);
}
