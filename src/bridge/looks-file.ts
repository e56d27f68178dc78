import { readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { type Clock, within } from "../base/clock.ts";
import { type RoomName, recordingId, roomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { replaceFile } from "../base/replace-file.ts";
import { hasLeapt, noteClocks } from "../room/leap-watch.ts";
import type { SettledLook } from "../room/settled-look.ts";
import { ROOM_STATUSES } from "../valt/answers.ts";

/** What a process saw last in a room, for the one that follows it. */
export interface LeftLook extends SettledLook {
  readonly room: RoomName;
  /** Which room of which server: an edit may give the room's name to another one. */
  readonly place: string;
}

interface LooksFileTools {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** It counts for seconds, so no version reads what another has left. */
const NAME = "looks.json";
const VERSION = 1;
/** A disk that hangs holds up no start and no end. */
const DISK_WITHIN_MS = 300;

const lookSchema = z.object({
  room: z.string().transform(roomName),
  place: z.string(),
  status: z.enum(ROOM_STATUSES),
  recordingId: z.string().transform(recordingId).optional(),
  askedMs: z.number(),
});
const fileSchema = z.object({
  format: z.literal(VERSION),
  era: z.string(),
  apartMs: z.number(),
  looks: z.array(lookSchema),
});

/** Leaves what was seen to the next process, which a restart begins within a second. Never rejects. */
export async function leaveLooks(
  looks: readonly LeftLook[],
  { folder, clock, log }: LooksFileTools,
): Promise<void> {
  const text = JSON.stringify({ format: VERSION, era: clock.era, ...noteClocks(clock), looks });
  const written = replaceFile(folder, NAME, text).catch((error: unknown) =>
    log.warn("after a restart each room is unknown until it is looked at", { why: String(error) }),
  );
  await within(clock, written, DISK_WITHIN_MS);
}

/**
 * What the process before has seen, unless the machine slept or was restarted since. It can be taken once: what another
 * process does afterwards would make it untrue. Never rejects.
 */
export async function takeLooks({ folder, clock }: LooksFileTools): Promise<readonly LeftLook[]> {
  const taken = await within(
    clock,
    take(join(folder, NAME)).catch(() => undefined),
    DISK_WITHIN_MS,
  );
  if (taken === undefined || taken === "too-late") return [];
  return taken.era === clock.era && !hasLeapt(clock, taken) ? taken.looks : [];
}

async function take(path: string) {
  const text = await readFile(path, "utf8");
  await unlink(path);
  return fileSchema.parse(JSON.parse(text));
}
