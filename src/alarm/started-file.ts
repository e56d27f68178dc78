import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type RecordingId, recordingId } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import type { StartedRecordings } from "./started.ts";

export interface StartedFileTools {
  readonly folder: string;
  readonly log: Log;
}

const NAME = "started.json";
/** Rooms come and go with edits; the oldest are forgotten first. */
const MOST_ROOMS = 1000;

/**
 * Keeps them in a file, each room's newest by its name. Nobody waits for the disk, and what it loses is an alarm
 * that a restart would have kept, no more: trouble is logged once.
 */
export function openStartedFile({ folder, log }: StartedFileTools): StartedRecordings {
  const newest = new Map<string, RecordingId>();
  let isWaiting = false;
  let isWarned = false;
  let work = load();

  async function load(): Promise<void> {
    try {
      const said: unknown = JSON.parse(await readFile(join(folder, NAME), "utf8"));
      // What was noted meanwhile is newer.
      for (const [room, id] of Object.entries(said ?? {}).slice(-MOST_ROOMS))
        if (typeof id === "string" && !newest.has(room)) newest.set(room, recordingId(id));
    } catch (error) {
      if (codeOf(error) !== "ENOENT") warn(error);
    }
  }

  /** A new file takes the place of the old one, so that a killed process leaves either of them whole. */
  async function save(): Promise<void> {
    isWaiting = false;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const fresh = join(folder, `${NAME}.new`);
      await writeFile(fresh, JSON.stringify(Object.fromEntries(newest)), { mode: 0o600 });
      await rename(fresh, join(folder, NAME));
    } catch (error) {
      warn(error);
    }
  }

  function warn(error: unknown): void {
    if (!isWarned) log.warn("what was started here may not be known after a restart", { why: codeOf(error) });
    isWarned = true;
  }

  return {
    has: (recording) => [...newest.values()].includes(recording),
    note(room, recording) {
      if (newest.get(room) === recording) return;
      newest.delete(room);
      newest.set(room, recording);
      for (const [oldest] of newest) if (newest.size > MOST_ROOMS) newest.delete(oldest);
      if (isWaiting) return;
      isWaiting = true;
      work = work.then(save);
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "it is damaged";
}
