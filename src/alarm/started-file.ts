import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { systemClock, within } from "../base/clock.ts";
import { recordingId } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { keepNewest } from "../base/memory.ts";
import { replaceFile } from "../base/replace-file.ts";
import type { StartedRecording, StartedRecordings } from "./started.ts";

interface StartedFileTools {
  readonly folder: string;
  readonly log: Log;
}

/** Its name, and the newest format that is understood. Format 0, of version 0.1.0, is the rooms alone. */
export const STARTED_FORMAT = { name: "started.json", version: 1 } as const;
const { name: NAME, version: VERSION } = STARTED_FORMAT;
/** Rooms come and go with edits; the oldest are forgotten first. */
const MOST_ROOMS = 1000;
/** Reading takes a millisecond; a disk that hangs holds up nobody for longer. */
const READ_WITHIN_MS = 500;

const timesSchema = z.object({ sentMs: z.number(), atMs: z.number() }).optional();
const entrySchema = z.object({
  recording: z.string().transform(recordingId),
  place: z.string(),
  era: z.string(),
  state: z.enum(["running", "stopping", "stopped", "gone"]),
  start: timesSchema,
  stop: timesSchema,
});

const fileSchema = z.object({ format: z.number(), rooms: z.record(z.string(), z.unknown()) });

interface StartedText {
  readonly format: number;
  readonly rooms: Readonly<Record<string, unknown>>;
}

/** What such a file says, in whatever format. Throws what `JSON.parse` throws. */
export function readStarted(text: string): StartedText {
  const said: unknown = JSON.parse(text);
  const { data } = fileSchema.safeParse(said);
  return data ?? { format: 0, rooms: (said ?? {}) as StartedText["rooms"] };
}

/**
 * Keeps them in a file, each room's newest by its name. Nobody waits for the disk to write, and what it loses is an alarm
 * that a restart would have kept, no more: trouble is logged once.
 */
export async function openStartedFile({ folder, log }: StartedFileTools): Promise<StartedRecordings> {
  const newest = new Map<string, StartedRecording>();
  let isWaiting = false;
  let isWarned = false;
  let isNewer = false;
  let work = load();
  await within(systemClock, work, READ_WITHIN_MS);

  async function load(): Promise<void> {
    try {
      const { format, rooms } = readStarted(await readFile(join(folder, NAME), "utf8"));
      isNewer = format > VERSION;
      if (isNewer) return warn(`a newer version wrote ${NAME} (format ${format}), which stays as it is`);
      for (const [room, entry] of Object.entries(rooms).slice(-MOST_ROOMS)) {
        const { data } = entrySchema.safeParse(entry);
        // What was noted meanwhile is newer.
        if (data !== undefined && !newest.has(room))
          newest.set(room, { ...data, start: data.start, stop: data.stop });
      }
    } catch (error) {
      if (codeOf(error) !== "ENOENT") warn(codeOf(error));
    }
  }

  async function save(): Promise<void> {
    isWaiting = false;
    if (isNewer) return;
    try {
      const text = JSON.stringify({ format: VERSION, rooms: Object.fromEntries(newest) });
      await replaceFile(folder, NAME, text);
    } catch (error) {
      warn(codeOf(error));
    }
  }

  function warn(why: string): void {
    if (!isWarned) log.warn("what was started here may not be known after a restart", { why });
    isWarned = true;
  }

  return {
    newest: (room) => newest.get(room),
    note(room, started) {
      newest.delete(room);
      newest.set(room, started);
      keepNewest(newest, MOST_ROOMS);
      if (isWaiting) return;
      isWaiting = true;
      work = work.then(save);
    },
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "it is damaged";
}
