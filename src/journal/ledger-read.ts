import type { KeptMark, MarkEnd } from "../action/mark.ts";
import type { DatabaseFile } from "./database.ts";
import { FIELDS, type StoredMark, toMark } from "./ledger-file.ts";

/** Waiting, or how it ended. */
export type MarkState = "waiting" | MarkEnd;

/** A mark as it stands in the ledger. */
export interface LedgerMark extends KeptMark {
  readonly state: MarkState;
  /** Why it was refused, also of a settled one. */
  readonly why: string | undefined;
  /** When it was delivered or refused. */
  readonly endedWallMs: number | undefined;
}

/** Which marks; everything that is given must hold. */
interface MarkFilter {
  readonly state?: MarkState;
  readonly room?: string;
}

/** In the order in which they were kept, one at a time. */
export function* readMarks(database: DatabaseFile, { state, room }: MarkFilter): Generator<LedgerMark> {
  const statement = database.prepare(
    `SELECT ${FIELDS}, state, why, settled_wall_ms AS endedWallMs FROM marks
     WHERE state = coalesce(?, state) AND room = coalesce(?, room) ORDER BY position`,
  );
  for (const row of statement.iterate(state ?? null, room ?? null) as IterableIterator<StoredLine>) {
    const { state: current, why, endedWallMs, ...mark } = row;
    // A mark that was delivered has an empty reason.
    yield { ...toMark(mark), state: current, why: why || undefined, endedWallMs: endedWallMs ?? undefined };
  }
}

type StoredLine = StoredMark & {
  readonly state: MarkState;
  readonly why: string | null;
  readonly endedWallMs: number | null;
};
