import { systemClock } from "../../base/clock.ts";
import { roomName } from "../../base/identifiers.ts";
import type { Log } from "../../base/log.ts";
import { isRunning } from "../../base/running.ts";
import type { RememberedRooms } from "../../bridge/rooms-file.ts";
import type { Bridge } from "../../bridge.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import { RoomsOnServer } from "../../mapping/rooms-on-server.ts";
import type { EditedTexts } from "../../mapping/source/open.ts";
import type { ListedRoom } from "../../mapping/source/server-rooms.ts";
import { type ReadMapping, readMapping } from "../mapping/mapping-file.ts";

interface FollowedSettings {
  readonly file: string;
  readonly mapping: Mapping;
  readonly loadVocabulary: VocabularyLoader;
  readonly log: Log;
  readonly rooms?: RememberedRooms | undefined;
  readonly amend?: (mapping: Mapping) => Mapping;
}

/** A mapping's rooms as the server's list has them: read with the mapping, and again when the list is another one. */
export class FollowedRooms {
  readonly #settings: FollowedSettings;
  readonly #bridge: Pick<Bridge, "view">;
  #mapping: Mapping;
  #onServer: RoomsOnServer;
  /** What the mapping was read with last. */
  #read = "";

  constructor(settings: FollowedSettings, bridge: Pick<Bridge, "view">) {
    this.#settings = settings;
    this.#bridge = bridge;
    this.#mapping = settings.mapping;
    this.#onServer = new RoomsOnServer(settings.mapping.search?.found);
  }

  /** The server has shown its list; whether the mapping's rooms may be others by it. */
  hear(list: readonly ListedRoom[]): boolean {
    if (this.#mapping.search === undefined) return false;
    this.#onServer.hear(list, systemClock.monotonicMs());
    return this.#write() !== this.#read;
  }

  /** Reads the mapping's file; what is known of one server's rooms says nothing about those of another. */
  async read(edited?: EditedTexts): Promise<ReadMapping> {
    const { file, loadVocabulary, amend } = this.#settings;
    this.#read = this.#write();
    const read = await readMapping(file, loadVocabulary, { rooms: this.#known(), edited });
    const meant = read.mapping && (amend?.(read.mapping) ?? read.mapping);
    const isElsewhere = meant !== undefined && !isSameServer(meant, this.#mapping);
    return isElsewhere ? readMapping(file, loadVocabulary, { edited }) : read;
  }

  /** This mapping was taken over. */
  keep(mapping: Mapping): void {
    const { log, rooms } = this.#settings;
    if (!isSameServer(mapping, this.#mapping)) this.#onServer = new RoomsOnServer();
    for (const line of tellChanges(this.#mapping, mapping)) log.info(line);
    this.#mapping = mapping;
    const found = mapping.search?.found ?? new Map();
    this.#onServer.keep(found);
    if (mapping.search !== undefined) rooms?.note(mapping.server, found);
  }

  /** What runs was read with an earlier list. */
  doubt(): void {
    this.#read = "";
  }

  #known() {
    return this.#onServer.known((room) => this.#isBusy(room));
  }

  #write(): string {
    const { listed, found } = this.#known();
    return JSON.stringify([listed, [...found]]);
  }

  #isBusy(room: string): boolean {
    const { status, recording, pending, isMissing } = this.#bridge.view(roomName(room));
    const isRecording = isRunning(status) || (recording !== undefined && !isMissing);
    return isRecording || pending !== undefined;
  }
}

/** The mapping as the rooms that an earlier process found make it; as it was read, where that says nothing. */
export async function recallRooms(
  read: ReadMapping & { readonly mapping: Mapping },
  { file, loadVocabulary, rooms }: Pick<FollowedSettings, "file" | "loadVocabulary" | "rooms">,
): Promise<ReadMapping & { readonly mapping: Mapping }> {
  const found = read.mapping.search === undefined ? undefined : rooms?.recall(read.mapping.server);
  if (found === undefined || found.size === 0) return read;
  const recalled = await readMapping(file, loadVocabulary, { rooms: { listed: undefined, found } });
  return recalled.mapping === undefined ? read : { ...recalled, mapping: recalled.mapping };
}

function isSameServer({ server: one }: Mapping, { server: other }: Mapping): boolean {
  return one.url === other.url && one.username === other.username;
}

const MOST_TOLD = 20;

/** Which rooms are there, and under which numbers, as far as the mapping itself does not say it. */
function tellChanges(before: Mapping, { rooms, search, unfound }: Mapping): readonly string[] {
  const found = [...(search?.found ?? [])].filter(
    ([key, { id }]) => before.search?.found.get(key)?.id !== id,
  );
  const lost = [...unfound.values()].filter(({ name, why }) => before.unfound.get(name)?.why !== why);
  const gone = [...(before.search?.found ?? [])].filter(
    ([key]) => !rooms.has(roomName(key)) && !unfound.has(roomName(key)),
  );
  const lines = [
    ...found.map(([key, { id, name }]) => `room "${key}" is "${name}" (${id}) on the server`),
    ...lost.map(({ name, why }) => `room "${name}" is not found: ${why}`),
    ...gone.map(([key, { id, name }]) => `room "${key}", "${name}" (${id}) on the server, is no more`),
    ...(search?.doubts ?? []).filter((doubt) => before.search?.doubts.includes(doubt) !== true),
  ];
  const more = lines.length - MOST_TOLD;
  return more > 0 ? [...lines.slice(0, MOST_TOLD), `and ${more} more changes of rooms`] : lines;
}
