import { type Head, hashRow, type Row, START, spellHead } from "./chain.ts";
import type { DatabaseFile } from "./database.ts";
import { readAnchor } from "./journal-file.ts";
import { readRows } from "./read.ts";

/** What was found to be wrong, oldest first. */
export interface Finding {
  readonly kind: "missing" | "changed" | "false-start" | "truncated" | "other-chain";
  /** The first row concerned. */
  readonly sequence: number;
  /** The last one, the same for a single row. */
  readonly through: number;
}

/** What a look at the whole chain found. */
export interface Verdict {
  readonly findings: readonly Finding[];
  readonly rows: number;
  /** The last row that retention removed. */
  readonly start: Head;
  readonly head: Head;
  /** Rows in which the journal itself tells of trouble: a damaged file, missing rows, facts that were lost. */
  readonly remarks: readonly Row[];
}

/** More than these say no more. */
const MOST_FINDINGS = 1000;

/**
 * Reads the whole chain. A row that was edited or moved does not fit its hash and the row before; a removed one
 * leaves a gap; the start must be one that the journal itself recorded when it removed old rows; and each of the
 * `known` heads, kept elsewhere, must be a row of this chain or older than its start.
 *
 * Whoever can write the file can compute every hash anew: only heads kept out of their reach prove that nobody did.
 */
export function verifyChain(database: DatabaseFile, known: readonly Head[]): Verdict {
  const start = readAnchor(database) ?? START;
  const findings: Finding[] = [];
  const remarks: Row[] = [];
  let previous: Head = start;
  let recordedStart: Head = START;
  let rows = 0;
  for (const row of readRows(database, {})) {
    rows++;
    if (findings.length < MOST_FINDINGS) findings.push(...examine(row, previous, known));
    if (remarks.length < MOST_FINDINGS && isRemark(row)) remarks.push(row);
    recordedStart = readStart(row) ?? recordedStart;
    previous = row;
  }
  if (spellHead(recordedStart) !== spellHead(start))
    findings.unshift({ kind: "false-start", ...only(start.sequence + 1) });
  const furthest = Math.max(0, ...known.map(({ sequence }) => sequence));
  const end = previous.sequence;
  if (furthest > end) findings.push({ kind: "truncated", sequence: end + 1, through: furthest });
  return { findings, rows, start, head: { sequence: end, hash: previous.hash }, remarks };
}

function examine(row: Row, previous: Head, known: readonly Head[]): readonly Finding[] {
  const { sequence, hash } = row;
  const findings: Finding[] = [];
  if (sequence !== previous.sequence + 1)
    findings.push({ kind: "missing", sequence: previous.sequence + 1, through: sequence - 1 });
  else if (hashRow(previous.hash, row) !== hash) findings.push({ kind: "changed", ...only(sequence) });
  if (known.some((head) => head.sequence === sequence && head.hash !== hash))
    findings.push({ kind: "other-chain", ...only(sequence) });
  return findings;
}

function only(sequence: number): { readonly sequence: number; readonly through: number } {
  return { sequence, through: sequence };
}

function isRemark({ kind, body }: Row): boolean {
  return kind === "gap" || (kind === "opened" && body !== "{}");
}

/** Where the chain starts since retention last removed something. */
function readStart({ kind, body }: Row): Head | undefined {
  if (kind !== "pruned") return undefined;
  try {
    const { through, hash } = JSON.parse(body) as { through: number; hash: string };
    return { sequence: through, hash };
  } catch {
    return undefined;
  }
}
