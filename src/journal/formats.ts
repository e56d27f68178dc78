import type { FileFormat } from "./database.ts";

/** The file of facts. */
export const JOURNAL_FORMAT: FileFormat = {
  name: "journal.sqlite",
  version: 1,
  upgrades: [],
  schema: `
    CREATE TABLE facts (
      sequence INTEGER PRIMARY KEY, run TEXT NOT NULL, at_ms REAL NOT NULL, wall_ms INTEGER NOT NULL,
      kind TEXT NOT NULL, correlation TEXT, device TEXT, room TEXT, author TEXT, body TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX facts_by_correlation ON facts (correlation) WHERE correlation IS NOT NULL;
    CREATE TABLE anchor (only INTEGER PRIMARY KEY CHECK (only = 1), sequence INTEGER NOT NULL, hash TEXT NOT NULL) STRICT`,
};

/** A file of its own: marks survive whatever happens to the journal. */
export const LEDGER_FORMAT: FileFormat = {
  name: "marks.sqlite",
  version: 1,
  upgrades: [],
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
