import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DeliveredMark, KeptMark } from "../action/mark.ts";
import {
  checkWhole,
  type DatabaseFile,
  type FileFormat,
  failureOf,
  inTransaction,
  moveAside,
  openDamaged,
  openDatabase,
} from "./database.ts";
import { toStorable } from "./storable.ts";

/** A file of its own: marks survive whatever happens to the journal. */
export const LEDGER_FORMAT: FileFormat = {
  name: "marks.sqlite",
  version: 1,
  schema: `
    CREATE TABLE marks (
      position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, room TEXT NOT NULL,
      room_id INTEGER NOT NULL, recording TEXT NOT NULL, server TEXT NOT NULL, text TEXT NOT NULL,
      color TEXT NOT NULL, correlation TEXT NOT NULL, device TEXT NOT NULL, source TEXT NOT NULL,
      pressed_wall_ms REAL NOT NULL, pressed_era TEXT NOT NULL, pressed_at_ms REAL NOT NULL, time_seconds INTEGER,
      state TEXT NOT NULL DEFAULT 'waiting', settled_wall_ms REAL, why TEXT
    ) STRICT;
    CREATE INDEX marks_by_state ON marks (state, recording)`,
};

export type LedgerChange =
  | { readonly kind: "keep"; readonly mark: KeptMark }
  | { readonly kind: "note"; readonly id: string; readonly timeSeconds: number }
  | {
      readonly kind: "settle";
      readonly id: string;
      readonly result: "delivered" | "refused";
      readonly why: string;
      readonly wallMs: number;
    };

/** A mark that the server would not take, for people to see to. */
export type RefusedMark = KeptMark & { readonly why: string; readonly refusedWallMs: number };

export interface LedgerOpening {
  readonly folder: string;
  readonly wallMs: number;
  /** What an earlier thread found to be wrong with the file: it is moved aside, what can be read is taken over. */
  readonly damage: string | undefined;
}

/** A damaged ledger that was replaced, and how many of its marks could still be read. */
export interface Salvage {
  readonly file: string;
  readonly why: string;
  readonly marks: number;
}

export interface LedgerFile {
  readonly salvage: Salvage | undefined;
  /**
   * All of them, durably, or none: throws what SQLite throws. Only a mark that cannot be written at all is left
   * out; returns the ids of such.
   */
  change(changes: readonly LedgerChange[]): readonly string[];
  /** In the order in which they were kept. */
  waiting(): readonly KeptMark[];
  /** Into recordings for which marks wait. */
  delivered(): readonly DeliveredMark[];
  refused(): readonly RefusedMark[];
  /** Forgets marks that were delivered before this moment; refused ones stay. */
  prune(beforeWallMs: number): void;
  close(): void;
}

/** Opens the ledger. Throws where that is impossible, also for a damaged one. */
export function openLedgerFile({ folder, wallMs, damage }: LedgerOpening): LedgerFile {
  if (damage !== undefined) return replaceLedger(folder, wallMs, damage);
  const database = openDatabase(folder, LEDGER_FORMAT);
  try {
    checkWhole(database);
    return new LedgerRows(database, undefined);
  } catch (error) {
    database.close();
    throw error;
  }
}

function replaceLedger(folder: string, wallMs: number, why: string): LedgerFile {
  const isThere = existsSync(join(folder, LEDGER_FORMAT.name));
  const file = isThere ? moveAside(folder, LEDGER_FORMAT.name, wallMs) : LEDGER_FORMAT.name;
  const database = openDatabase(folder, LEDGER_FORMAT);
  const found = isThere ? salvage(join(folder, file)) : [];
  const ledger = new LedgerRows(database, { file, why, marks: found.length });
  ledger.change(found.map((mark) => ({ kind: "keep", mark })));
  return ledger;
}

/** Row by row, until the damage is met. */
function salvage(file: string): readonly KeptMark[] {
  const found: KeptMark[] = [];
  try {
    const damaged = openDamaged(file);
    const rows = damaged.prepare(`SELECT ${FIELDS} FROM marks NOT INDEXED WHERE state = 'waiting'`).iterate();
    try {
      for (const row of rows as IterableIterator<StoredMark>) if (isWhole(row)) found.push(toMark(row));
    } finally {
      damaged.close();
    }
  } catch {
    // Whatever could be read before is what there is.
  }
  return found;
}

const FIELDS = `id, room, room_id AS roomId, recording, server, text, color, correlation, device, source,
  pressed_wall_ms AS pressedWallMs, pressed_era AS pressedEra, pressed_at_ms AS pressedAtMs,
  time_seconds AS timeSeconds`;

type StoredMark = Omit<KeptMark, "timeSeconds" | "pressed"> & {
  readonly timeSeconds: number | null;
  readonly pressedEra: string;
  readonly pressedAtMs: number;
};

type StoredRefusal = StoredMark & Pick<RefusedMark, "why" | "refusedWallMs">;

function isWhole({ id, recording, text, pressedEra, roomId }: StoredMark): boolean {
  return (
    [id, recording, text, pressedEra].every((field) => typeof field === "string") &&
    typeof roomId === "number"
  );
}

function toMark({ pressedEra: era, pressedAtMs: atMs, timeSeconds, ...mark }: StoredMark): KeptMark {
  return { ...mark, pressed: { era, atMs }, timeSeconds: timeSeconds ?? undefined };
}

class LedgerRows implements LedgerFile {
  readonly salvage: Salvage | undefined;
  readonly #database: DatabaseFile;
  readonly #keep;
  readonly #note;
  readonly #settle;

  constructor(database: DatabaseFile, salvaged: Salvage | undefined) {
    this.salvage = salvaged;
    this.#database = database;
    this.#keep = database.prepare(
      `INSERT OR IGNORE INTO marks (id, room, room_id, recording, server, text, color, correlation, device, source,
       pressed_wall_ms, pressed_era, pressed_at_ms, time_seconds)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#note = database.prepare("UPDATE marks SET time_seconds = ? WHERE id = ?");
    this.#settle = database.prepare("UPDATE marks SET state = ?, why = ?, settled_wall_ms = ? WHERE id = ?");
  }

  change(changes: readonly LedgerChange[]): readonly string[] {
    return inTransaction(this.#database, () => changes.flatMap((change) => this.#tryToMake(change)));
  }

  /** One that has a wrong value must not keep those behind it from the disk. */
  #tryToMake(change: LedgerChange): readonly string[] {
    try {
      this.#make(change);
      return [];
    } catch (error) {
      if (failureOf(error).kind !== "unusable") throw error;
      return [change.kind === "keep" ? change.mark.id : change.id];
    }
  }

  #make(change: LedgerChange): void {
    switch (change.kind) {
      case "keep": {
        const { id, room, roomId, recording, server, text, color } = change.mark;
        const { correlation, device, source, pressedWallMs, pressed, timeSeconds = null } = change.mark;
        const cause = [correlation, device, source, pressedWallMs, pressed.era, pressed.atMs];
        this.#keep.run(id, room, roomId, recording, server, toStorable(text), color, ...cause, timeSeconds);
        return;
      }
      case "note":
        this.#note.run(change.timeSeconds, change.id);
        return;
      case "settle":
        this.#settle.run(change.result, change.why, change.wallMs, change.id);
    }
  }

  waiting(): readonly KeptMark[] {
    const statement = this.#database.prepare(
      `SELECT ${FIELDS} FROM marks WHERE state = 'waiting' ORDER BY position`,
    );
    return (statement.all() as StoredMark[]).map(toMark);
  }

  delivered(): readonly DeliveredMark[] {
    const statement = this.#database.prepare(
      `SELECT recording, text, time_seconds AS timeSeconds FROM marks WHERE state = 'delivered'
       AND time_seconds IS NOT NULL AND recording IN (SELECT recording FROM marks WHERE state = 'waiting')
       ORDER BY position`,
    );
    return statement.all() as DeliveredMark[];
  }

  refused(): readonly RefusedMark[] {
    const statement = this.#database.prepare(
      `SELECT ${FIELDS}, why, settled_wall_ms AS refusedWallMs FROM marks WHERE state = 'refused' ORDER BY position`,
    );
    return (statement.all() as StoredRefusal[]).map(({ why, refusedWallMs, ...row }) => ({
      ...toMark(row),
      why,
      refusedWallMs,
    }));
  }

  prune(beforeWallMs: number): void {
    this.#database
      .prepare("DELETE FROM marks WHERE state = 'delivered' AND settled_wall_ms < ?")
      .run(beforeWallMs);
    this.#database.exec("PRAGMA incremental_vacuum");
  }

  close(): void {
    this.#database.close();
  }
}
