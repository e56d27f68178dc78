import { statfs } from "node:fs/promises";
import type { MarkKeeper } from "../../action/mark.ts";
import { type Cancel, systemClock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { Bridge } from "../../bridge.ts";
import { createConceal } from "../../journal/conceal.ts";
import type { Fact, FactSink } from "../../journal/fact.ts";
import { type Health, NOT_OPEN_YET } from "../../journal/health.ts";
import { type Journal, openJournal } from "../../journal/journal.ts";
import { type Ledger, openLedger } from "../../journal/ledger.ts";
import { createStorage } from "../../journal/storage.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { secretsOf, secretsSoFar } from "../mapping/secrets.ts";
import { stateFolder } from "../places/state-folder.ts";

/** What a running bridge keeps on the disk: the journal, and the marks that wait. */
export interface Records {
  readonly folder: string;
  readonly sink: FactSink;
  readonly keeper: MarkKeeper;
  status(): RecordsStatus;
  /** Raises alarms when something cannot be kept, also from the start, and when the disk fills. */
  watch(bridge: AlarmBell): void;
  /** Overwrites in a text what the journal would overwrite there. */
  hide(text: string): string;
  /** From now on its secrets are overwritten too, and its limits hold. */
  adopt(mapping: Mapping): void;
  close(): Promise<void>;
}

type AlarmBell = Pick<Bridge, "raiseAlarm" | "endAlarm">;

/** Where journal and marks are written, and whether they can be. */
export interface RecordsStatus {
  readonly folder: string;
  readonly journal: Health;
  readonly marks: Health;
}

const CHECK_MS = 60_000;
const OPEN_WITHIN_MS = 10_000;

/** Opens both beside everything else: a press waits for neither. */
export function openRecords(instance: string, mapping: Mapping, log: Log): Records {
  const folder = stateFolder(instance);
  const storage = createStorage(systemClock);
  const shared = { storage, folder, clock: systemClock, log };
  let current = mapping;
  // What is read is hidden from then on.
  secretsOf(mapping);
  const room = watchRoom(() => current.journal);
  const opening = {
    journal: openJournal({
      ...shared,
      retention: limitsOf(() => current.journal),
      secrets: secretsSoFar,
      crowded: room.crowded,
    }),
    ledger: openLedger(shared),
  };
  const early: Fact[] = [];
  let journal: Journal | undefined;
  let ledger: Ledger | undefined;
  const cancels: Cancel[] = [];
  void opening.journal.then((opened) => {
    journal = opened;
    for (const fact of early.splice(0)) opened.sink(fact);
  });
  void opening.ledger.then((opened) => {
    ledger = opened;
  });
  const unopened: Health = { state: "degraded", why: NOT_OPEN_YET, sinceMs: systemClock.monotonicMs() };

  const status = (): RecordsStatus => ({
    folder,
    journal: journal?.health.current() ?? unopened,
    marks: ledger?.health.current() ?? unopened,
  });

  const conceal = createConceal(secretsSoFar);
  const check = (bridge: AlarmBell) => checkDisk(bridge, folder, current.alarms.diskFreePercent);

  return {
    folder,
    sink: (fact) => {
      if (journal === undefined) early.push(fact);
      else journal.sink(fact);
    },
    keeper: {
      keep: async (mark, safe) => (await opening.ledger).keep(mark, safe),
      note: (id, timeSeconds) => void opening.ledger.then((opened) => opened.note(id, timeSeconds)),
      settle: (id, result, why) => void opening.ledger.then((opened) => opened.settle(id, result, why)),
      load: async () => (await opening.ledger).load(),
    },
    status,
    hide: (text) => String(conceal(text)),
    watch(bridge) {
      room.ring(bridge);
      void Promise.all([opening.journal, opening.ledger]).then((both) => {
        for (const opened of both) opened.health.onChange(() => review(bridge, status()));
        review(bridge, status());
        return check(bridge);
      });
      cancels.push(systemClock.every(CHECK_MS, () => void check(bridge)));
      // One may be rotated in its file.
      cancels.push(systemClock.every(CHECK_MS, () => secretsOf(current)));
      cancels.push(systemClock.after(OPEN_WITHIN_MS, () => review(bridge, status())));
    },
    adopt(mapping) {
      current = mapping;
      secretsOf(mapping);
    },
    async close() {
      for (const cancel of cancels) cancel();
      await Promise.all([
        opening.journal.then((opened) => opened.close()),
        opening.ledger.then((opened) => opened.close()),
      ]);
      await storage.close();
    },
  };
}

/** As they are now: an edit changes them. */
function limitsOf(limits: () => Mapping["journal"]) {
  return {
    get days() {
      return limits().keepDays;
    },
    get bytes() {
      return limits().keepMegabytes * 1_048_576;
    },
  };
}

/** Whether the journal has room for what must be kept; the bridge may come after it. */
function watchRoom(limits: () => Mapping["journal"]) {
  let bell: AlarmBell | undefined;
  let isCrowded = false;
  const tell = () => {
    const { keepDays, keepMegabytes } = limits();
    const text = `accepted presses, marks and recordings of ${keepDays} days have no room in ${keepMegabytes} MB`;
    if (isCrowded) bell?.raiseAlarm("journal-crowded", text);
    else bell?.endAlarm("journal-crowded");
  };
  return {
    crowded(is: "crowded" | "roomy") {
      isCrowded = is === "crowded";
      tell();
    },
    ring(bridge: AlarmBell) {
      bell = bridge;
      tell();
    },
  };
}

function review(bridge: AlarmBell, { journal, marks }: RecordsStatus): void {
  const troubles = [...explain("the journal", journal), ...explain("the file of marks", marks)];
  if (troubles.length === 0) bridge.endAlarm("journal-failing");
  else bridge.raiseAlarm("journal-failing", troubles.join("; "));
}

/** A file that is still being opened is no trouble, unless the disk takes far too long. */
function explain(what: string, { state, why = "", sinceMs }: Health): readonly string[] {
  const isOpening = why === NOT_OPEN_YET && systemClock.monotonicMs() < sinceMs + OPEN_WITHIN_MS;
  if (state === "working" || isOpening) return [];
  return [
    why === NOT_OPEN_YET
      ? `${what} cannot be opened: the disk does not answer`
      : `${what} cannot be written: ${why}`,
  ];
}

async function checkDisk(bridge: AlarmBell, folder: string, leastPercent: number): Promise<void> {
  const { bavail, blocks } = await statfs(folder).catch(() => ({ bavail: 1, blocks: 1 }));
  const freePercent = (bavail / Math.max(1, blocks)) * 100;
  if (freePercent >= leastPercent) bridge.endAlarm("disk-nearly-full");
  else bridge.raiseAlarm("disk-nearly-full", `the disk with ${folder} is nearly full`);
}
