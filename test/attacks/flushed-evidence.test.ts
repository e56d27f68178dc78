import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { correlationIds, recordingId } from "../../src/base/identifiers.ts";
import { silentLog } from "../../src/base/log.ts";
import { readDatabase } from "../../src/journal/database.ts";
import type { FactBody } from "../../src/journal/fact.ts";
import { JOURNAL_FORMAT } from "../../src/journal/formats.ts";
import { readHeadFile } from "../../src/journal/head-file.ts";
import { type Journal, openJournal } from "../../src/journal/journal.ts";
import { createStorage } from "../../src/journal/storage.ts";
import { verifyChain } from "../../src/journal/verify.ts";
import { cause, now, ROOM, rowsOf, scratchFolder } from "../journal/setting.ts";
import { dial } from "../support/lines.ts";
import { rest, until } from "../support/rig.ts";
import { asked } from "../trust/product.ts";
import { startAttacked, tellDelays } from "./support.ts";

const LIMIT_BYTES = 1_048_576;
const FUTILE = 20_000;

/** What is done every minute is done all the time. */
const hastyClock: Clock = { ...systemClock, every: (_, task) => systemClock.every(20, task) };

const correlate = correlationIds(Date.now());

/** Refused ones are summed up; those that came too late are not. */
async function press(journal: Journal, outcome: "done" | "expired"): Promise<string> {
  const correlation = correlate();
  const about = { room: ROOM, correlation };
  const isDone = outcome === "done";
  const facts: FactBody[] = [
    { kind: "press", cause: { ...cause, correlation } },
    { kind: "action", cause: { ...cause, correlation }, action: "start", room: ROOM },
    ...(isDone ? ([{ kind: "request", command: "start", ...about }] as const) : []),
    { kind: "outcome", ...about, outcome: { kind: outcome } },
  ];
  for (const fact of facts) journal.sink(now(fact));
  return correlation;
}

test("futile presses without end flush no accepted press and no mark out of the record", async () => {
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
  for (let count = 1; count <= FUTILE; count++) {
    await press(journal, "expired");
    // As fast as the disk takes it: what has no room in memory would be lost before.
    if (count % 1000 === 0) await rest(200);
  }
  await asked("the removal", () => Promise.resolve(hasPruned()));
  await journal.close();
  await storage.close();
  const rows = rowsOf(folder);
  const kept = accepted.filter((one) => rows.filter(({ correlation }) => correlation === one).length >= 4);
  const futile = rows.filter(({ body }) => body.includes("expired")).length;
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  const { findings } = verifyChain(
    database,
    [readHeadFile(folder)].flatMap((head) => head ?? []),
  );
  database.close();
  console.log(
    `${FUTILE} futile presses into 1 MiB: ${futile} of them left, ${kept.length} of ${accepted.length} accepted ones`,
  );
  expect(kept).toHaveLength(accepted.length);
  expect(rows.filter(({ kind }) => kind === "mark")).toHaveLength(1);
  expect(futile).toBeLessThan(FUTILE / 2);
  expect([findings, crowded]).toEqual([[], []]);
}, 60_000);

const DENIED = 5000;

test("thousands of denied starts are a handful of rows with their number", { timeout: 120_000 }, async () => {
  const { product, site, simulator, beginAttack, delays } = await startAttacked({
    devices: {
      line: {
        kind: "serial",
        listen: "tcp://127.0.0.1:0",
        may: ["mark"],
        limit: { perSecond: 100_000, burst: 100_000 },
      },
    },
  });
  await beginAttack();
  const flooder = await dial(await product.port("line"));
  for (let sent = 0; sent < DENIED; sent += 100) {
    flooder.type("REC START interview-1\r".repeat(100));
    await until("the answers", () => flooder.lines().length >= sent + 100, 30_000);
  }
  const measured = await delays();
  await product.stop();
  const rows = rowsOf(site.stateFolder).filter(
    ({ device, body }) => device === "line" || body.includes("not-permitted"),
  );
  const bytes = rows.reduce((sum, { body }) => sum + body.length + 100, 0);
  const told = rows
    .filter(({ kind }) => kind === "refusals")
    .map(({ body }) => JSON.parse(body).number as number);
  process.stdout.write(
    `${DENIED} denied starts: ${rows.length} rows, about ${bytes} bytes; summed up as ${told}\n`,
  );
  process.stdout.write(`${tellDelays("denied starts", measured)}\n`);
  expect(flooder.lines().filter((line) => line === "ERR 24 DENIED")).toHaveLength(DENIED);
  expect(told.reduce((sum, number) => sum + number, 0)).toBe(DENIED - 1);
  expect(rows.filter(({ kind }) => kind === "press")).toHaveLength(1);
  expect(rows.length).toBeLessThan(40);
  expect(simulator?.requests.count("POST rooms/{r}/record/start")).toBe(0);
});
