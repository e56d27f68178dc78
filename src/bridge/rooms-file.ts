import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { systemClock, within } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import { redact } from "../base/redact.ts";
import { replaceFile } from "../base/replace-file.ts";
import type { Mapping, ServerMapping } from "../mapping/mapping.ts";
import type { KnownServers } from "../mapping/source/server-rooms.ts";

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
const onServer = { server: z.string(), rooms: z.record(z.string(), roomSchema) };
/** One server, and further ones where the mapping has several: who does not know of these reads the first. */
const fileSchema = z.object({
  format: z.number(),
  ...onServer,
  others: z.array(z.object(onServer)).optional(),
});

type RoomsText = z.infer<typeof fileSchema>;

/** What such a file says. Throws where it is damaged. */
export function readRooms(text: string): RoomsText {
  return fileSchema.parse(JSON.parse(text));
}

/** The rooms that were found on servers, by their short names, so that a restart knows them while these are away. */
export interface RememberedRooms {
  /** Of each server of the mapping of which something is remembered. */
  recall(mapping: Pick<Mapping, "servers">): KnownServers;
  note(mapping: Pick<Mapping, "servers" | "searches">): void;
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
    recall({ servers }) {
      const known = newest === undefined ? [] : [newest, ...(newest.others ?? [])];
      const recalled = [...servers].flatMap(([name, server]) => {
        const { rooms } = known.find((one) => one.server === keyOf(server)) ?? {};
        return rooms === undefined
          ? []
          : [[name, { listed: undefined, found: new Map(Object.entries(rooms)) }] as const];
      });
      return new Map(recalled);
    },
    note({ servers, searches }) {
      const [first, ...others] = [...searches].flatMap(([name, { found }]) => {
        const server = servers.get(name);
        if (server === undefined) return [];
        const rooms = [...found].slice(0, MOST_ROOMS).map(([key, { id, name }]) => [key, { id, name }]);
        return [{ server: keyOf(server), rooms: Object.fromEntries(rooms) }];
      });
      if (first === undefined) return;
      newest = { format: VERSION, ...first, ...(others.length === 0 ? {} : { others }) };
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
