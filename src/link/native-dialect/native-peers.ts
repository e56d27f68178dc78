import type { Cancel } from "../../base/clock.ts";
import type { ControlId, PeerId, RoomName } from "../../base/identifiers.ts";
import type { Peer } from "../../driver/link.ts";
import type { LampWord } from "../lamp-board.ts";
import { ANSWER_END, type LineDialectTools, type ServerState } from "../line-dialect.ts";
import { elapsedWord, type StateWord, stateWord } from "../room-line.ts";
import { type AlarmNews, readAlarmNews, suspectAlarms } from "./native-alarms.ts";

/** One client of the native protocol: what it listens to, and what it calls the rooms. */
export interface NativePeer {
  readonly peer: Peer;
  /**
   * Listened to, as the client called it, with how often the time is told; `*` is every room. A number stays that number
   * when the mapping gives it to another room.
   */
  readonly interests: Map<string, Repeating | undefined>;
  /** Rooms whose command was answered with TIMEOUT: how many such commands are still under way. */
  readonly followed: Map<RoomName, number>;
  /** A room is told under the name that this client used last: its number or its alias. */
  readonly names: Map<RoomName, string>;
  /** What each room was said to be: calling it otherwise is no change. */
  readonly said: Map<RoomName, StateWord>;
  /** Alarms that it was told of and that are not over for it. */
  readonly alarmed: Set<string>;
  beat: Repeating | undefined;
}

export interface Repeating {
  readonly everyMs: number;
  nextMs: number;
}

const TICK_MS = 1000;

/** Who listens to what, and telling them. */
export class NativePeers {
  readonly #tools: LineDialectTools;
  readonly #peers = new Map<PeerId, NativePeer>();
  readonly #cancelTick: Cancel;

  constructor(tools: LineDialectTools) {
    this.#tools = tools;
    this.#cancelTick = tools.clock.every(TICK_MS, () => this.#tick());
    tools.lamps.onChange((control, lamp) => this.#tellLamp(control, lamp));
  }

  close(): void {
    this.#cancelTick();
    this.#tools.lamps.onChange(() => undefined);
  }

  of(peer: Peer): NativePeer {
    const known = this.#peers.get(peer.id);
    if (known !== undefined) return known;
    const fresh: NativePeer = {
      peer,
      interests: new Map(),
      followed: new Map(),
      names: new Map(),
      said: new Map(),
      alarmed: new Set(),
      beat: undefined,
    };
    this.#peers.set(peer.id, fresh);
    return fresh;
  }

  forget(peer: PeerId): void {
    this.#peers.delete(peer);
  }

  listeners(): number {
    return [...this.#peers.values()].filter(({ interests }) => interests.size > 0).length;
  }

  roomChanged(room: RoomName): void {
    for (const peer of this.#peers.values()) {
      this.#tellRename(peer, room);
      this.#tellRoom(peer, room);
    }
  }

  siteChanged(): void {
    for (const peer of this.#peers.values()) this.#tellAlarms(peer, "site");
  }

  serverChanged(server: ServerState): void {
    for (const one of this.#peers.values())
      this.#tellListener(one, "server", `!SERVER ${server.toUpperCase()}`);
  }

  /** A room has one interest, whatever the client calls it: the last word counts. */
  listen(one: NativePeer, said: string, repeating: Repeating | undefined): void {
    const room = this.#tools.rooms().find(said);
    if (room !== undefined) this.unlisten(one, room);
    one.interests.set(said, repeating);
  }

  unlisten({ interests }: NativePeer, room: RoomName): void {
    for (const said of [...interests.keys()])
      if (this.#tools.rooms().find(said) === room) interests.delete(said);
  }

  /** What these rooms are, as lines; they count as told. */
  snapshot(one: NativePeer, rooms: readonly RoomName[]): readonly string[] {
    const { peer, said } = one;
    return rooms.map((room) => {
      const line = this.#roomLine(one, room);
      said.set(room, stateWord(this.#tools.view(room)));
      this.#tools.teller.note(peer.id, `room ${room}`, `${line}${ANSWER_END}`);
      return line;
    });
  }

  lampLines({ peer }: NativePeer): readonly string[] {
    return [...this.#tools.lamps.all()].map(([control, lamp]) => {
      const line = `!LED ${control} ${lamp}`;
      this.#tools.teller.note(peer.id, `lamp ${control}`, `${line}${ANSWER_END}`);
      return line;
    });
  }

  /** The alarms of these rooms and of the site, as lines; they count as told. */
  alarmLines(one: NativePeer, rooms: readonly RoomName[]): readonly string[] {
    const news = [rooms, "site" as const].flatMap((of) => this.#readAlarms(one, of));
    return news.map(({ subject, line }) => {
      this.#tools.teller.note(one.peer.id, subject, `${line}${ANSWER_END}`);
      return line;
    });
  }

  /** A wire listens to everything from its first command on; what it could ask is not told unasked. */
  listenFromNowOn(one: NativePeer): void {
    one.interests.set("*", undefined);
    this.snapshot(one, this.#allRooms());
    this.lampLines(one);
    this.#tellAlarms(one, this.#allRooms());
    this.#tellAlarms(one, "site");
  }

  /** A wire that was listening before the link was opened anew learns what it may have missed. */
  listenAgain(one: NativePeer): void {
    one.interests.set("*", undefined);
    suspectAlarms(one, this.#allRooms(), this.#tools);
    for (const name of this.#allRooms()) this.#tellRoom(one, name);
    for (const [control, lamp] of this.#tools.lamps.all())
      this.#tell(one, `lamp ${control}`, `!LED ${control} ${lamp}`);
    this.#tellAlarms(one, "site");
  }

  /** The truth after a TIMEOUT: the room is told until the command has ended and nothing is under way. */
  follow(one: NativePeer, room: RoomName, ended: Promise<unknown>): void {
    one.followed.set(room, (one.followed.get(room) ?? 0) + 1);
    const end = () => {
      one.followed.set(room, (one.followed.get(room) ?? 1) - 1);
      if (this.#peers.get(one.peer.id) === one) this.#tellRoom(one, room);
    };
    void ended.then(end, end);
  }

  #tellRoom(one: NativePeer, room: RoomName): void {
    const isWanted = this.#listens(one, room) || one.followed.has(room);
    if (!isWanted || !this.#serves(room)) return;
    const word = stateWord(this.#tools.view(room));
    if (one.said.get(room) !== word) {
      one.said.set(room, word);
      this.#tell(one, `room ${room}`, this.#roomLine(one, room));
    }
    this.#tellAlarms(one, [room]);
    if (one.followed.get(room) === 0 && this.#tools.view(room).pending === undefined)
      one.followed.delete(room);
  }

  #tellAlarms(one: NativePeer, of: readonly RoomName[] | "site"): void {
    if (one.interests.size === 0) return;
    const wanted = of === "site" ? of : of.filter((room) => this.#listens(one, room));
    for (const { subject, line } of this.#readAlarms(one, wanted)) this.#tell(one, subject, line);
  }

  #readAlarms(one: NativePeer, of: readonly RoomName[] | "site"): readonly AlarmNews[] {
    const { view, siteAlarms } = this.#tools;
    return readAlarmNews(one, of, { view, siteAlarms, nameOf: (room) => this.#nameOf(one, room) });
  }

  #tellLamp(control: ControlId, lamp: LampWord): void {
    for (const one of this.#peers.values())
      this.#tellListener(one, `lamp ${control}`, `!LED ${control} ${lamp}`);
  }

  #tellListener(one: NativePeer, subject: string, line: string): void {
    if (one.interests.size > 0) this.#tell(one, subject, line);
  }

  #tell({ peer }: NativePeer, subject: string, line: string): void {
    if (this.#tools.knows(peer)) this.#tools.teller.tell(peer.id, subject, `${line}${ANSWER_END}`);
  }

  /** After an edit of the mapping a name that a client uses may mean another room, or none: what it said is over. */
  #tellRename(one: NativePeer, room: RoomName): void {
    const name = one.names.get(room) ?? room;
    const meant = this.#tools.rooms().find(name);
    if (meant === room) return;
    one.names.delete(room);
    if (one.said.delete(room) && meant === undefined) this.#tell(one, `gone ${name}`, `!REC ${name} UNKNOWN`);
  }

  #listens({ interests }: NativePeer, room: RoomName): boolean {
    if (interests.has("*")) return true;
    for (const said of interests.keys()) if (this.#tools.rooms().find(said) === room) return true;
    return false;
  }

  #roomLine(one: NativePeer, room: RoomName): string {
    return `!REC ${this.#nameOf(one, room)} ${stateWord(this.#tools.view(room))}`;
  }

  /** What the client calls the room: the word that it used last, else the one under which it listens. */
  #nameOf({ names, interests }: NativePeer, room: RoomName): string {
    const { find } = this.#tools.rooms();
    const last = names.get(room);
    if (last !== undefined && find(last) === room) return last;
    for (const said of interests.keys()) if (find(said) === room) return said;
    return room;
  }

  #allRooms(): readonly RoomName[] {
    return this.#tools.rooms().all.map(({ name }) => name);
  }

  #serves(room: RoomName): boolean {
    return this.#tools.rooms().all.some(({ name }) => name === room);
  }

  #tick(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    for (const one of this.#peers.values()) {
      // Never equal to the beat before, which would count as told.
      if (isDue(one.beat, nowMs)) this.#beat(one);
      for (const [of, repeating] of one.interests) if (isDue(repeating, nowMs)) this.#tellTimes(one, of);
    }
  }

  #beat(one: NativePeer): void {
    this.#tools.teller.note(one.peer.id, "beat", "");
    this.#tell(one, "beat", "!HB");
  }

  #tellTimes(one: NativePeer, of: string): void {
    const { rooms, view } = this.#tools;
    const timed = of === "*" ? rooms().all.map(({ name }) => name) : [rooms().find(of) ?? []].flat();
    for (const room of timed) {
      const elapsed = elapsedWord(view(room));
      if (view(room).status === "recording" && elapsed !== "" && this.#serves(room))
        this.#tell(one, `time ${room}`, `${this.#roomLine(one, room)} ${elapsed}`);
    }
  }
}

function isDue(repeating: Repeating | undefined, nowMs: number): boolean {
  if (repeating === undefined || nowMs < repeating.nextMs) return false;
  repeating.nextMs += repeating.everyMs;
  return true;
}
