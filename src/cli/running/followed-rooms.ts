import { systemClock } from "../../base/clock.ts";
import { roomName, type ServerName } from "../../base/identifiers.ts";
import type { Log } from "../../base/log.ts";
import { isRunning } from "../../base/running.ts";
import type { RememberedRooms } from "../../bridge/rooms-file.ts";
import type { Bridge } from "../../bridge.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import { RoomsOnServer } from "../../mapping/rooms-on-server.ts";
import { urlsOf } from "../../mapping/server-part.ts";
import type { EditedTexts } from "../../mapping/source/open.ts";
import type { KnownServers, ListedRoom } from "../../mapping/source/server-rooms.ts";
import { type ReadMapping, readMapping } from "../mapping/mapping-file.ts";

interface FollowedSettings {
  readonly file: string;
  readonly mapping: Mapping;
  readonly loadVocabulary: VocabularyLoader;
  readonly log: Log;
  readonly rooms?: RememberedRooms | undefined;
  readonly amend?: (mapping: Mapping) => Mapping;
}

/** A mapping's rooms as the lists of its servers have them: read with the mapping, and again when a list is another one. */
export class FollowedRooms {
  readonly #settings: FollowedSettings;
  readonly #bridge: Pick<Bridge, "view">;
  readonly #onServers = new Map<ServerName, RoomsOnServer>();
  #mapping: Mapping;
  /** What the mapping was read with last. */
  #read = "";

  constructor(settings: FollowedSettings, bridge: Pick<Bridge, "view">) {
    this.#settings = settings;
    this.#bridge = bridge;
    this.#mapping = settings.mapping;
  }

  /** A server has shown its list; whether the mapping's rooms may be others by it. */
  hear(server: ServerName, list: readonly ListedRoom[]): boolean {
    if (!this.#mapping.searches.has(server)) return false;
    this.#onServer(server).hear(list, systemClock.monotonicMs());
    return this.#write() !== this.#read;
  }

  /** Reads the mapping's file; what is known of one server's rooms says nothing about those of another. */
  async read(edited?: EditedTexts): Promise<ReadMapping> {
    const { file, loadVocabulary, amend } = this.#settings;
    this.#read = this.#write();
    const known = this.#known();
    const read = await readMapping(file, loadVocabulary, { rooms: known, edited });
    const meant = read.mapping && (amend?.(read.mapping) ?? read.mapping);
    if (meant === undefined) return read;
    const moved = [...known.keys()].filter((name) => !isSameServer(name, meant, this.#mapping));
    if (moved.length === 0) return read;
    const rooms = new Map([...known].filter(([name]) => !moved.includes(name)));
    return readMapping(file, loadVocabulary, { rooms, edited });
  }

  /** This mapping was taken over. */
  keep(mapping: Mapping): void {
    const { log, rooms } = this.#settings;
    for (const name of this.#onServers.keys())
      if (!isSameServer(name, mapping, this.#mapping)) this.#onServers.delete(name);
    for (const line of tellChanges(this.#mapping, mapping)) log.info(line);
    this.#mapping = mapping;
    for (const [name, rooms] of this.#onServers) rooms.keep(mapping.searches.get(name)?.found ?? new Map());
    if (mapping.searches.size > 0) rooms?.note(mapping);
  }

  /** What runs was read with an earlier list. */
  doubt(): void {
    this.#read = "";
  }

  #onServer(name: ServerName): RoomsOnServer {
    const known = this.#onServers.get(name) ?? new RoomsOnServer(this.#mapping.searches.get(name)?.found);
    this.#onServers.set(name, known);
    return known;
  }

  #known(): KnownServers {
    const isBusy = (room: string) => this.#isBusy(room);
    const names = [...this.#mapping.servers.keys()];
    return new Map(names.map((name) => [name, this.#onServer(name).known(isBusy)]));
  }

  #write(): string {
    return JSON.stringify([...this.#known()].map(([name, { listed, found }]) => [name, listed, [...found]]));
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
  const found = read.mapping.searches.size === 0 ? undefined : rooms?.recall(read.mapping);
  if (found === undefined || found.size === 0) return read;
  const recalled = await readMapping(file, loadVocabulary, { rooms: found });
  return recalled.mapping === undefined ? read : { ...recalled, mapping: recalled.mapping };
}

function isSameServer(name: ServerName, { servers }: Mapping, before: Mapping): boolean {
  const [one, other] = [servers.get(name), before.servers.get(name)];
  if (one === undefined || other === undefined) return one === other;
  const isKnown = urlsOf(one).some((url) => urlsOf(other).includes(url));
  return isKnown && one.username === other.username;
}

const MOST_TOLD = 20;

/** Which rooms are there, and under which numbers, as far as the mapping itself does not say it. */
function tellChanges(before: Mapping, { rooms, searches, unfound }: Mapping): readonly string[] {
  const formerFound = new Map([...before.searches.values()].flatMap((one) => [...one.found]));
  const formerDoubts = new Set([...before.searches.values()].flatMap(({ doubts }) => doubts));
  const found = [...searches.values()]
    .flatMap((one) => [...one.found])
    .filter(([key, { id }]) => formerFound.get(key)?.id !== id);
  const lost = [...unfound.values()].filter(({ name, why }) => before.unfound.get(name)?.why !== why);
  const gone = [...formerFound].filter(([key]) => !rooms.has(roomName(key)) && !unfound.has(roomName(key)));
  const lines = [
    ...found.map(([key, { id, name }]) => `room "${key}" is "${name}" (${id}) on the server`),
    ...lost.map(({ name, why }) => `room "${name}" is not found: ${why}`),
    ...gone.map(([key, { id, name }]) => `room "${key}", "${name}" (${id}) on the server, is no more`),
    ...[...searches.values()].flatMap(({ doubts }) => doubts).filter((one) => !formerDoubts.has(one)),
  ];
  const more = lines.length - MOST_TOLD;
  return more > 0 ? [...lines.slice(0, MOST_TOLD), `and ${more} more changes of rooms`] : lines;
}
