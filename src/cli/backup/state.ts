import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { STARTED_FORMAT } from "../../alarm/started-file.ts";
import { KIOSKS_FORMAT } from "../../bridge/kiosks.ts";
import { ROOMS_FORMAT } from "../../bridge/rooms-file.ts";
import { copyDatabase } from "../../journal/database.ts";
import { JOURNAL_FORMAT, LEDGER_FORMAT } from "../../journal/formats.ts";
import { HEAD_FILE } from "../../journal/head-file.ts";
import { findNewerState, stateFormats } from "../places/state-formats.ts";
import type { LeftOut } from "./manifest.ts";
import type { Staging } from "./staging.ts";

/** What a state folder may have that is worth keeping. */
export const STATE_FILES: readonly string[] = [
  HEAD_FILE,
  JOURNAL_FORMAT.name,
  LEDGER_FORMAT.name,
  STARTED_FORMAT.name,
  // The hashes of keys: nobody can open a page with one, and tablets find their pages again.
  KIOSKS_FORMAT.name,
  ROOMS_FORMAT.name,
];

/** Belongs to a running process, or to a file that is copied as a whole. */
const PASSING = /^(?:lock|status\.sock|looks\.json|.*\.new|.*\.sqlite-(?:wal|shm))$/;

interface CopiedState {
  readonly formats: Readonly<Record<string, number>>;
  readonly leftOut: readonly LeftOut[];
}

/**
 * Copies the state while a bridge may be writing it: each database as it is at one moment. The head comes first, so that it is
 * never ahead of the journal. Throws where a file cannot be read.
 */
export async function copyState(folder: string, staging: Staging): Promise<CopiedState> {
  const newer = await findNewerState(folder);
  if (newer !== undefined) throw new Error(newer);
  const there = readdirSync(folder);
  const formats: Record<string, number> = {};
  for (const name of STATE_FILES.filter((one) => there.includes(one))) {
    const path = `state/${name}`;
    const database = [JOURNAL_FORMAT, LEDGER_FORMAT].find((format) => format.name === name);
    if (database === undefined) staging.write(path, readFileSync(join(folder, name)));
    else copyDatabase(join(folder, name), staging.reserve(path), database);
    const format = stateFormats.find((one) => one.name === name);
    const copy = staging.pieces.at(-1)?.from ?? "";
    if (format !== undefined && existsSync(copy)) formats[name] = await format.read(copy);
  }
  const others = there.filter((name) => !STATE_FILES.includes(name) && !PASSING.test(name));
  return {
    formats,
    leftOut: others.map((name) => ({ what: join(folder, name), why: "it is no part of the state" })),
  };
}
