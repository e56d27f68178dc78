/**
 * The thread in which everything that touches the disk happens: a slow or hung disk stops this thread, never a
 * press. It answers every question in its order and decides nothing.
 */
import { parentPort } from "node:worker_threads";
import { failureOf } from "./database.ts";
import { type JournalFile, openJournalFile } from "./journal-file.ts";
import { type LedgerFile, openLedgerFile } from "./ledger-file.ts";
import { readNewest } from "./read.ts";
import { type Answered, type Asked, isLastAnswer, type TaskName, type Tasks } from "./tasks.ts";

let journal: JournalFile | undefined;
let ledger: LedgerFile | undefined;

const work: { readonly [Name in TaskName]: (question: Tasks[Name]["question"]) => Tasks[Name]["answer"] } = {
  "open-journal": (opening) => {
    journal?.checkPlace();
    closeJournal();
    journal = openJournalFile(opening);
    return journal.news;
  },
  append: (rows) => opened(journal).append(rows),
  "publish-head": () => {
    opened(journal).publishHead();
    return null;
  },
  "prune-journal": (limits) => opened(journal).prune(limits),
  "close-journal": closeJournal,
  "read-journal": readNewest,
  "open-ledger": (opening) => {
    ledger?.checkPlace();
    closeLedger();
    ledger = openLedgerFile(opening);
    const left = { waiting: ledger.waiting(), delivered: ledger.delivered(), refused: ledger.refused() };
    return { ...left, salvage: ledger.salvage };
  },
  "change-marks": (changes) => opened(ledger).change(changes),
  "check-ledger": () => {
    opened(ledger).checkPlace();
    return null;
  },
  "prune-marks": ({ beforeWallMs }) => {
    opened(ledger).prune(beforeWallMs);
    return null;
  },
  "close-ledger": closeLedger,
};

let isEnding = false;

parentPort?.on("message", (asked: Asked | "end") => {
  if (isEnding) return;
  if (asked === "end") return end();
  const answered = answer(asked.id, asked.task, asked.question);
  parentPort?.postMessage(answered);
  if (isLastAnswer(answered)) end();
});

/** By itself: stopped from outside in the middle of SQLite, a thread takes the whole process with it. */
function end(): void {
  isEnding = true;
  parentPort?.close();
}

function answer(id: number, task: TaskName, question: unknown): Answered {
  try {
    return { id, answer: (work[task] as (question: unknown) => unknown)(question) };
  } catch (error) {
    const isElsewhere = error instanceof NotOpenHere;
    return { id, failure: isElsewhere ? { kind: "stopped", message: "it is not open" } : failureOf(error) };
  }
}

function opened<File>(file: File | undefined): File {
  if (file === undefined) throw new NotOpenHere();
  return file;
}

/** The thread that had it open was replaced by this one. */
class NotOpenHere extends Error {}

function closeJournal(): null {
  const file = journal;
  journal = undefined;
  file?.close();
  return null;
}

function closeLedger(): null {
  const file = ledger;
  ledger = undefined;
  file?.close();
  return null;
}
