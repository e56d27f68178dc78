import { existsSync } from "node:fs";
import { join } from "node:path";
import type { DeliveredMark, KeptMark, MarkSettlement, RefusedMark } from "../action/mark.ts";
import { printable } from "../base/printable.ts";
import {
  checkWhole,
  failureOf,
  inTransaction,
  moveFile,
  nameAside,
  openDamaged,
  openDatabase,
  type WritableFile,
} from "./database.ts";
import { LEDGER_FORMAT } from "./formats.ts";
import { toStorable } from "./storable.ts";

/** One change of the file of marks. */
export type LedgerChange =
  | { readonly kind: "keep"; readonly mark: KeptMark }
  | { readonly kind: "note"; readonly id: string; readonly timeSeconds: number }
  | {
      readonly kind: "settle";
      readonly id: string;
      readonly result: MarkSettlement;
      readonly why: string;
      readonly wallMs: number;
    };

/** What opening the file of marks needs. `wallMs` is since 1970. */
export interface LedgerOpening {
  readonly folder: string;
  readonly wallMs: number;
  /** What an earlier thread found to be wrong with the file: it is moved aside, what can be read is taken over. */
  readonly damage: string | undefined;
  /** What this process knows to be open, from an earlier opening: it is written again where it is missing. */
  readonly known?: readonly LedgerChange[];
}

/** A damaged ledger that was replaced, and how many of its marks could still be read. */
export interface Salvage {
  readonly file: string;
  readonly why: string;
  readonly marks: number;
}

/** The open file of marks, for the thread that writes it. */
export interface LedgerFile {
  readonly salvage: Salvage | undefined;
  /** Throws where the next start would not find this file. */
  checkPlace(): void;
  /**
   * All of them, durably and in a file that can be found, or none: throws what SQLite throws. Only a mark that cannot be written at all is left
   * out; returns the ids of such.
   */
  change(changes: readonly LedgerChange[]): readonly string[];
  /** In the order in which they were kept. */
  waiting(): readonly KeptMark[];
  /** Into recordings for which marks wait. */
  delivered(): readonly DeliveredMark[];
  /** Those that nobody has settled, oldest refusal first. */
  refused(): readonly RefusedMark[];
  /** Forgets marks that were delivered before this moment; refused ones stay, settled or not. */
  prune(beforeWallMs: number): void;
  close(): void;
}

/** Nothing waits any more of a mark that goes on as another one; why says where it went. */
const STATE_OF = { delivered: "delivered", refused: "refused", moved: "settled" } as const;

/** What a damaged ledger is called until all that can be read of it is safe in the new one. */
const DAMAGED = `${LEDGER_FORMAT.name}.damaged`;

/** Opens the ledger. Throws where that is impossible, also for a damaged one. */
export function openLedgerFile(opening: LedgerOpening): LedgerFile {
  const { folder, damage } = opening;
  const isThere = (name: string) => existsSync(join(folder, name));
  // One that is being taken over already stays, and the ledger beside it is new.
  if (damage !== undefined && isThere(LEDGER_FORMAT.name) && !isThere(DAMAGED))
    moveFile(folder, LEDGER_FORMAT.name, DAMAGED);
  const database = openDatabase(folder, LEDGER_FORMAT);
  try {
    checkWhole(database);
    const ledger = isThere(DAMAGED) ? takeOver(database, opening) : new LedgerRows(database, undefined);
    if (opening.known !== undefined) ledger.change(opening.known);
    return ledger;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Again at the next start when it is interrupted: what is in the new ledger already stays as it is. */
function takeOver(database: WritableFile, { folder, wallMs, damage }: LedgerOpening): LedgerFile {
  const file = nameAside(folder, LEDGER_FORMAT.name, wallMs);
  const found = salvage(join(folder, DAMAGED));
  const why = damage ?? "an earlier start ended before all of it was taken over";
  const ledger = new LedgerRows(database, { file, why, marks: found.length });
  ledger.change(found.flatMap(({ mark, end }) => [{ kind: "keep", mark }, ...end]));
  moveFile(folder, DAMAGED, file);
  return ledger;
}

interface Saved {
  readonly mark: KeptMark;
  /** That it was refused, if it was. */
  readonly end: readonly LedgerChange[];
}

/** What still concerns somebody, row by row, until the damage is met. */
function salvage(file: string): readonly Saved[] {
  const found: Saved[] = [];
  try {
    const damaged = openDamaged(file);
    const rows = damaged
      .prepare(
        `SELECT ${FIELDS}, why, settled_wall_ms AS refusedWallMs FROM marks NOT INDEXED
         WHERE state IN ('waiting', 'refused')`,
      )
      .iterate();
    try {
      for (const row of rows as IterableIterator<StoredRefusal>) if (isWhole(row)) found.push(toSaved(row));
    } finally {
      damaged.close();
    }
  } catch {
    // Whatever could be read before is what there is.
  }
  return found;
}

/** The columns of a mark, for `toMark`. */
export const FIELDS = `id, room, room_id AS roomId, recording, server, text, color, correlation, device, source,
  pressed_wall_ms AS pressedWallMs, pressed_era AS pressedEra, pressed_at_ms AS pressedAtMs,
  time_seconds AS timeSeconds`;

/** A mark as its row has it. */
export type StoredMark = Omit<KeptMark, "timeSeconds" | "pressed"> & {
  readonly timeSeconds: number | null;
  readonly pressedEra: string;
  readonly pressedAtMs: number;
};

type StoredRefusal = StoredMark & Pick<RefusedMark, "why" | "refusedWallMs">;

function toSaved({ why, refusedWallMs: wallMs, ...row }: StoredRefusal): Saved {
  // A mark that waits has neither.
  const isRefused = typeof why === "string" && typeof wallMs === "number";
  return {
    mark: toMark(row),
    end: isRefused ? [{ kind: "settle", id: row.id, result: "refused", why, wallMs }] : [],
  };
}

function isWhole({ id, recording, text, pressedEra, roomId }: StoredMark): boolean {
  return (
    [id, recording, text, pressedEra].every((field) => typeof field === "string") &&
    typeof roomId === "number"
  );
}

/** Its text as it is read back from a server, also when an older version kept it as it came. */
export function toMark({ pressedEra: era, pressedAtMs: atMs, timeSeconds, ...mark }: StoredMark): KeptMark {
  const text = printable(mark.text);
  return { ...mark, text, pressed: { era, atMs }, timeSeconds: timeSeconds ?? undefined };
}

class LedgerRows implements LedgerFile {
  readonly salvage: Salvage | undefined;
  readonly #database: WritableFile;
  readonly #keep;
  readonly #note;
  readonly #end;
  readonly #settle;

  constructor(database: WritableFile, salvaged: Salvage | undefined) {
    this.salvage = salvaged;
    this.#database = database;
    this.#keep = database.prepare(
      `INSERT OR IGNORE INTO marks (id, room, room_id, recording, server, text, color, correlation, device, source,
       pressed_wall_ms, pressed_era, pressed_at_ms, time_seconds)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#note = database.prepare("UPDATE marks SET time_seconds = ? WHERE id = ?");
    this.#end = database.prepare("UPDATE marks SET state = ?, why = ?, settled_wall_ms = ? WHERE id = ?");
    // Why and when the server refused it stays; who has settled it is in the journal.
    this.#settle = database.prepare("UPDATE marks SET state = 'settled' WHERE id = ? AND state = 'refused'");
  }

  checkPlace(): void {
    this.#database.checkPlace();
  }

  change(changes: readonly LedgerChange[]): readonly string[] {
    const unusable = inTransaction(this.#database, () =>
      changes.flatMap((change) => this.#tryToMake(change)),
    );
    this.checkPlace();
    return unusable;
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
        if (change.result === "settled") this.#settle.run(change.id);
        else this.#end.run(STATE_OF[change.result], change.why, change.wallMs, change.id);
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
    const rows = statement.all() as DeliveredMark[];
    return rows.map((mark) => ({ ...mark, text: printable(mark.text) }));
  }

  refused(): readonly RefusedMark[] {
    const statement = this.#database.prepare(
      `SELECT ${FIELDS}, why, settled_wall_ms AS refusedWallMs FROM marks WHERE state = 'refused'
       ORDER BY settled_wall_ms, position`,
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
