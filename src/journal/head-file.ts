import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { type Head, parseHead, spellHead } from "./chain.ts";

/**
 * The head as of the last seconds, beside the journal: rows that are missing at the end are found against it.
 * It guards against accidents and clumsy hands only; whoever can write the folder can write this file too.
 */
export const HEAD_FILE = "journal.head";

/** The chain's end as it was written last; nothing where there is no such file, or a damaged one. */
export function readHeadFile(folder: string): Head | undefined {
  try {
    return parseHead(readFileSync(join(folder, HEAD_FILE), "utf8"));
  } catch {
    return undefined;
  }
}

/** Only ever called with what is durable in the journal, so that it is never ahead of it. */
export function writeHeadFile(folder: string, head: Head): void {
  const file = join(folder, HEAD_FILE);
  const draft = openSync(`${file}.new`, "w", 0o600);
  try {
    writeSync(draft, `${spellHead(head)}\n`);
    fsyncSync(draft);
  } finally {
    closeSync(draft);
  }
  renameSync(`${file}.new`, file);
}
