import { describe, expect, test } from "vitest";
import { silentLog } from "../../src/base/log.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { openLedger } from "../../src/journal/ledger.ts";
import type { Storage } from "../../src/journal/storage.ts";
import type { TaskName } from "../../src/journal/tasks.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { cause, factAt, markNamed, ROOM } from "./setting.ts";

/** A disk that answers by hand, and opens at once unless it hangs from the start. */
function createSlowDisk(hangsFrom: "start" | "first write") {
  const clock = createFakeClock();
  const asked: { task: TaskName; question: unknown; answer(): void }[] = [];
  const opened = { waiting: [], delivered: [], refused: [], salvage: undefined };
  const answers: Partial<Record<TaskName, unknown>> = {
    "open-journal": [],
    "open-ledger": opened,
    "change-marks": [],
  };
  const ask = (task: TaskName, question: unknown) =>
    new Promise<unknown>((resolve) => {
      const answer = () => resolve({ ok: true, value: answers[task] ?? null });
      if (task.startsWith("open") && hangsFrom === "first write") answer();
      else asked.push({ task, question, answer });
    });
  const storage = { ask, close: () => Promise.resolve() } as unknown as Storage;
  const common = { storage, folder: "/nowhere", clock, log: silentLog };
  const sizes = (task: TaskName) =>
    asked.filter((one) => one.task === task).map(({ question }) => (question as unknown[]).length);
  return { clock, asked, common, sizes };
}

const retention = { days: 90, bytes: 1e9 };

describe("while the disk hangs", () => {
  test("facts are taken at once, wait, and go out together when it answers", async () => {
    const { clock, asked, common, sizes } = createSlowDisk("first write");
    const journal = await openJournal({ ...common, retention });
    const press = () =>
      journal.sink(factAt(clock.monotonicMs(), { kind: "action", cause, action: "stop", room: ROOM }));
    press();
    press();
    await clock.advance(50);
    for (let count = 0; count < 100; count++) press();
    await clock.advance(3000);
    expect(sizes("append")).toEqual([2]);
    expect(journal.health.current()).toMatchObject({ state: "degraded", why: "the disk does not answer" });
    asked.find(({ task }) => task === "append")!.answer();
    await clock.advance(0);
    expect(sizes("append")).toEqual([2, 100]);
    expect(journal.health.current().state).toBe("working");
  });

  test("a mark is said not to be safe after a moment, and is safe when the disk answers", async () => {
    const { clock, asked, common, sizes } = createSlowDisk("first write");
    const ledger = await openLedger(common);
    const how: string[] = [];
    for (const id of ["a", "b", "c"]) void ledger.keep(markNamed(id)).then((result) => how.push(result));
    await clock.advance(1400);
    expect(how).toEqual([]);
    await clock.advance(200);
    expect(how).toEqual(["not-kept", "not-kept", "not-kept"]);
    ledger.settle("a", "delivered", "");
    expect(sizes("change-marks")).toEqual([3]);
    asked.find(({ task }) => task === "change-marks")!.answer();
    await clock.advance(0);
    expect(sizes("change-marks")).toEqual([3, 1]);
  });

  test("the bridge starts, and closes, all the same", async () => {
    const { clock, common } = createSlowDisk("start");
    const opening = openJournal({ ...common, retention });
    await clock.advance(2000);
    const journal = await opening;
    expect(journal.health.current().state).toBe("degraded");
    let isClosed = false;
    void journal.close().then(() => {
      isClosed = true;
    });
    await clock.advance(4500);
    expect(isClosed).toBe(true);
  });
});

test("marks that come while one is being written are written together", async () => {
  const { clock, asked, common, sizes } = createSlowDisk("first write");
  const ledger = await openLedger(common);
  const keeping = [ledger.keep(markNamed("first"))];
  await clock.advance(1);
  for (let count = 0; count < 39; count++) keeping.push(ledger.keep(markNamed(`mark-${count}`)));
  await clock.advance(1);
  asked.find(({ task }) => task === "change-marks")!.answer();
  await clock.advance(1);
  expect(sizes("change-marks")).toEqual([1, 39]);
  asked.findLast(({ task }) => task === "change-marks")!.answer();
  expect(new Set(await Promise.all(keeping))).toEqual(new Set(["kept"]));
});
