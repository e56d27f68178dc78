import type { LeftMarks } from "../action/mark.ts";
import type { Head, Row } from "./chain.ts";
import type { StorageFailure } from "./database.ts";
import type { JournalOpening, NewRow, OpeningNews, Pruned, PruneLimits } from "./journal-file.ts";
import type { LedgerChange, LedgerOpening, Salvage } from "./ledger-file.ts";
import type { JournalReading } from "./read.ts";

/** What the worker thread can be asked for: question and answer of each task. */
export interface Tasks {
  readonly "open-journal": Task<JournalOpening, readonly OpeningNews[]>;
  readonly append: Task<readonly NewRow[], Head>;
  /** And looks whether the file is still in its place. */
  readonly "publish-head": Task<null, null>;
  readonly "prune-journal": Task<PruneLimits, Pruned>;
  readonly "close-journal": Task<null, null>;
  /** The newest first; no row is kept open. */
  readonly "read-journal": Task<JournalReading, readonly Row[]>;
  readonly "open-ledger": Task<LedgerOpening, LedgerOpened>;
  /** Answers the ids of those that cannot be written at all. */
  readonly "change-marks": Task<readonly LedgerChange[], readonly string[]>;
  /** Looks whether the file is still in its place. */
  readonly "check-ledger": Task<null, null>;
  readonly "prune-marks": Task<{ readonly beforeWallMs: number }, null>;
  readonly "close-ledger": Task<null, null>;
}

interface Task<Question, Answer> {
  readonly question: Question;
  readonly answer: Answer;
}

/** What was in the ledger before anything was added. */
export interface LedgerOpened extends LeftMarks {
  readonly salvage: Salvage | undefined;
}

/** What the thread can be asked. */
export type TaskName = keyof Tasks;

/** A question to the thread. */
export interface Asked {
  readonly id: number;
  readonly task: TaskName;
  readonly question: unknown;
}

/** The thread's answer to the question of that number. */
export type Answered =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly failure: StorageFailure };

/** Whether the thread ends with this answer: what has to be opened anew is opened by another one (`DatabaseFile.close`). */
export function isLastAnswer(answered: Answered): boolean {
  return "failure" in answered && ["corrupt", "replaced"].includes(answered.failure.kind);
}
