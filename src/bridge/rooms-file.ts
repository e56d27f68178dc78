import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { systemClock, within } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { redact } from "../base/redact.ts";
import { replaceFile } from "../base/replace-file.ts";
import type { ServerMapping } from "../mapping/mapping.ts";
import type { ListedRoom } from "../mapping/source/server-rooms.ts";

interface RoomsFileTools {
  readonly folder: string;
  readonly log: Log;
}

/** Its name, and the newest format that is understood. */
export const ROOMS_FORMAT = { name: "rooms.json", version: 1 } as const;
const { name: NAME, version: VERSION } = ROOMS_FORMAT;
const MOST_ROOMS = 5000;
/** A disk that hangs holds up nobody for longer. */
const READ_WITHIN_MS = 500;

const roomSchema = z.object({ id: z.int().positive(), name: z.string().min(1).max(200) });
const fileSchema = z.object({
  format: z.number(),
  server: z.string(),
  rooms: z.record(z.string(), roomSchema),
});

type RoomsText = z.infer<typeof fileSchema>;

/** What such a file says. Throws where it is damaged. */
export function readRooms(text: string): RoomsText {
  return fileSchema.parse(JSON.parse(text));
}

/** The rooms that were found on a server, by their short names, so that a restart knows them while it is away. */
export interface RememberedRooms {
  recall(server: ServerMapping): ReadonlyMap<string, ListedRoom>;
  note(server: ServerMapping, found: ReadonlyMap<string, ListedRoom>): void;
}

/**
 * Keeps them in a file of the state folder; of another server or account it says nothing. An id that is remembered is trusted
 * as one that a person wrote: every answer of the server that names the room checks it. Nobody waits for the disk to write.
 */
export async function openRoomsFile({ folder, log }: RoomsFileTools): Promise<RememberedRooms> {
  let text = "";
  let work: Promise<unknown> = Promise.resolve();
  const read = await within(systemClock, load(), READ_WITHIN_MS);
  let newest = read === "too-late" ? undefined : read;
  const isNewer = newest !== undefined && newest.format > VERSION;

  async function load(): Promise<RoomsText | undefined> {
    try {
      return readRooms(await readFile(join(folder, NAME), "utf8"));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT"))
        log.warn("the rooms that were found before are not known", { why: "their file cannot be read" });
      return undefined;
    }
  }

  async function save(): Promise<void> {
    try {
      await replaceFile(folder, NAME, text);
    } catch (error) {
      log.warn("the rooms that were found may not be known after a restart", { why: String(error) });
    }
  }

  return {
    recall: (server) =>
      newest?.server === keyOf(server) ? new Map(Object.entries(newest.rooms)) : new Map(),
    note(server, found) {
      const rooms = [...found].slice(0, MOST_ROOMS).map(([key, { id, name }]) => [key, { id, name }]);
      newest = { format: VERSION, server: keyOf(server), rooms: Object.fromEntries(rooms) };
      const fresh = JSON.stringify(newest);
      if (fresh === text || isNewer) return;
      text = fresh;
      work = work.then(save);
    },
  };
}

/** Another account may see other rooms. */
function keyOf({ url, username }: ServerMapping): string {
  return `${username} ${redact(url)}`;
}
