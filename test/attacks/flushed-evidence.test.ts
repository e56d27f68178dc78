import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { correlationIds, recordingId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { readDatabase } from "../../src/journal/database.ts";
import type { FactBody } from "../../src/journal/fact.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { type Journal, openJournal } from "../../src/journal/journal.ts";
import { JOURNAL_FORMAT } from "../../src/journal/journal-file.ts";
import { createStorage } from "../../src/journal/storage.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { cause, now, ROOM, rowsOf, scratchFolder } from "../journal/setting.ts";
import { rest } from "../support/rig.ts";
import { asked } from "../trust/product.ts";

const LIMIT_BYTES = 1_048_576;
const REFUSED = 20_000;

/** What is done every minute is done all the time. */
const hastyClock: Clock = { ...systemClock, every: (_, task) => systemClock.every(20, task) };

const correlate = correlationIds(Date.now());

async function press(journal: Journal, outcome: "done" | "not-permitted"): Promise<string> {
  const correlation = correlate();
  const about = { room: ROOM, correlation };
  const isDone = outcome === "done";
  const facts: FactBody[] = [
    { kind: "press", cause: { ...cause, correlation } },
    { kind: "action", cause: { ...cause, correlation }, action: "start", room: ROOM },
    ...(isDone ? ([{ kind: "request", command: "start", ...about }] as const) : []),
    { kind: "outcome", ...about, outcome: isDone ? { kind: "done" } : { kind: "refused", reason: outcome } },
  ];
  for (const fact of facts) journal.sink(now(fact));
  return correlation;
}

test("refused presses without end flush no accepted press and no mark out of the record", async () => {
  const folder = scratchFolder();
  const storage = createStorage(systemClock);
  const crowded: string[] = [];
  const journal = await openJournal({
    storage,
    folder,
    clock: hastyClock,
    log: silentLog,
    retention: { days: 365, bytes: LIMIT_BYTES },
    crowded: (is) => crowded.push(is),
  });
  onTestFinished(() => storage.close());
  const accepted = await Promise.all(Array.from({ length: 100 }, () => press(journal, "done")));
  const mark = {
    kind: "mark",
    result: "delivered",
    text: "He confesses",
    recording: recordingId(616),
  } as const;
  journal.sink(now({ ...mark, correlation: accepted[0] as never, room: ROOM, timeSeconds: 5 }));
  const hasPruned = () => rowsOf(folder).some(({ kind }) => kind === "pruned");
  for (let count = 1; count <= REFUSED; count++) {
    await press(journal, "not-permitted");
    // As fast as the disk takes it: what has no room in memory would be lost before.
    if (count % 1000 === 0) await rest(200);
  }
  await asked("the removal", () => Promise.resolve(hasPruned()));
  await journal.close();
  await storage.close();
  const rows = rowsOf(folder);
  const kept = accepted.filter((one) => rows.filter(({ correlation }) => correlation === one).length >= 4);
  const refused = rows.filter(({ body }) => body.includes("not-permitted")).length;
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  const { findings } = verifyChain(
    database,
    [readHeadFile(folder)].flatMap((head) => head ?? []),
  );
  database.close();
  console.log(
    `${REFUSED} refused presses into 1 MiB: ${refused} of them left, ${kept.length} of ${accepted.length} accepted ones`,
  );
  expect(kept).toHaveLength(accepted.length);
  expect(rows.filter(({ kind }) => kind === "mark")).toHaveLength(1);
  expect(refused).toBeLessThan(REFUSED / 2);
  expect([findings, crowded]).toEqual([[], []]);
}, 60_000);
