import { closeSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

/** Creates the folder where it is missing, for this user alone, and so that it survives the power. */
export function makeFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) syncFolder(dirname(made));
}

/**
 * Makes the names in the folder durable: syncing a file need not keep its name, nor that of its folder (fsync(2)).
 * Where folders cannot be synced, as on Windows and some network disks, nothing more can be done: SQLite goes on too.
 */
export function syncFolder(folder: string): void {
  try {
    const opened = openSync(folder, "r");
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  } catch {
    // What cannot be written at all is found by whoever writes the files.
  }
}
