import type { Cancel } from "../../../base/clock.ts";
import type { ControlId, PeerId, RoomName } from "../../../base/identifiers.ts";
import { printableSentence } from "../../../base/printable.ts";
import type { Peer } from "../../../driver/link.ts";
import { ANSWER_END, type LineContext, type ServerState } from "../../dialect.ts";
import type { LampWord } from "../../lamp-board.ts";
import { elapsedWord, type StateWord, stateWord } from "../../room-line.ts";

/** One client of the native protocol: what it subscribes to, and what it calls the rooms. */
export interface NativePeer {
  readonly peer: Peer;
  /**
   * By the name that the client used, with how often the time is told; `*` is every room. A number stays that number when
   * the mapping gives it to another room.
   */
  readonly subscriptions: Map<string, Repeating | undefined>;
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

/** What is told again and again, in milliseconds of monotonic time. */
export interface Repeating {
  readonly everyMs: number;
  nextMs: number;
}

/** One line about one alarm. */
interface AlarmNews {
  readonly subject: string;
  readonly line: string;
}

const TICK_MS = 1000;

/** The clients of a link: who has subscribed to what, and what each was told. */
export class NativePeers {
  readonly #link: LineContext;
  readonly #peers = new Map<PeerId, NativePeer>();
  readonly #cancelTick: Cancel;

  constructor(link: LineContext) {
    this.#link = link;
    this.#cancelTick = link.clock.every(TICK_MS, () => this.#tick());
    link.lamps.onChange((control, lamp) => this.#tellLamp(control, lamp));
  }

  close(): void {
    this.#cancelTick();
    this.#link.lamps.onChange(() => undefined);
  }

  of(peer: Peer): NativePeer {
    const known = this.#peers.get(peer.id);
    if (known !== undefined) return known;
    const fresh: NativePeer = {
      peer,
      subscriptions: new Map(),
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

  subscribers(): number {
    return [...this.#peers.values()].filter(({ subscriptions }) => subscriptions.size > 0).length;
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
      this.#tellSubscriber(one, "server", `!SERVER ${server.toUpperCase()}`);
  }

  /** A room has one subscription, whatever the client calls it: the last word counts. */
  subscribe(one: NativePeer, said: string, repeating: Repeating | undefined): void {
    const room = this.#link.rooms().find(said);
    if (room !== undefined) this.unsubscribe(one, room);
    one.subscriptions.set(said, repeating);
  }

  unsubscribe({ subscriptions }: NativePeer, room: RoomName): void {
    for (const said of [...subscriptions.keys()])
      if (this.#link.rooms().find(said) === room) subscriptions.delete(said);
  }

  /** What these rooms are, as lines; they count as told. */
  snapshot(one: NativePeer, rooms: readonly RoomName[]): readonly string[] {
    const { peer, said } = one;
    return rooms.map((room) => {
      const line = this.#roomLine(one, room);
      said.set(room, stateWord(this.#link.view(room)));
      this.#link.publisher.note(peer.id, `room ${room}`, `${line}${ANSWER_END}`);
      return line;
    });
  }

  lampLines({ peer }: NativePeer): readonly string[] {
    return [...this.#link.lamps.all()].map(([control, lamp]) => {
      const line = `!LED ${control} ${lamp}`;
      this.#link.publisher.note(peer.id, `lamp ${control}`, `${line}${ANSWER_END}`);
      return line;
    });
  }

  /** The alarms of these rooms and of the site, as lines; they count as told. */
  alarmLines(one: NativePeer, rooms: readonly RoomName[]): readonly string[] {
    const news = [rooms, "site" as const].flatMap((of) => this.#readAlarms(one, of));
    return news.map(({ subject, line }) => {
      this.#link.publisher.note(one.peer.id, subject, `${line}${ANSWER_END}`);
      return line;
    });
  }

  /** A wire is subscribed to everything from its first command on; what it could ask is not told unasked. */
  subscribeFromNowOn(one: NativePeer): void {
    one.subscriptions.set("*", undefined);
    this.snapshot(one, this.#allRooms());
    this.lampLines(one);
    this.#tellAlarms(one, this.#allRooms());
    this.#tellAlarms(one, "site");
  }

  /** A wire that was subscribed before the link was opened anew is told what it may have missed. */
  subscribeAgain(one: NativePeer): void {
    one.subscriptions.set("*", undefined);
    // It may have missed how an alarm ended.
    for (const what of [...this.#allRooms(), ...this.#link.siteAlarms().map(({ kind }) => kind)])
      one.alarmed.add(alarmSubject(what));
    for (const name of this.#allRooms()) this.#tellRoom(one, name);
    for (const [control, lamp] of this.#link.lamps.all())
      this.#tell(one, `lamp ${control}`, `!LED ${control} ${lamp}`);
    this.#tellAlarms(one, "site");
  }

  /** A client that was here before a restart is told what is otherwise now. */
  resume(one: NativePeer): void {
    for (const room of this.#allRooms()) this.#tellRoom(one, room);
    this.#tellAlarms(one, "site");
  }

  /** After a TIMEOUT the room is told until the command has ended and nothing is under way. */
  follow(one: NativePeer, room: RoomName, ended: Promise<unknown>): void {
    one.followed.set(room, (one.followed.get(room) ?? 0) + 1);
    const end = () => {
      one.followed.set(room, (one.followed.get(room) ?? 1) - 1);
      if (this.#peers.get(one.peer.id) === one) this.#tellRoom(one, room);
    };
    void ended.then(end, end);
  }

  #tellRoom(one: NativePeer, room: RoomName): void {
    const isWanted = this.#isSubscribed(one, room) || one.followed.has(room);
    if (!isWanted || !this.#serves(room)) return;
    const word = stateWord(this.#link.view(room));
    if (one.said.get(room) !== word) {
      one.said.set(room, word);
      this.#tell(one, `room ${room}`, this.#roomLine(one, room));
    }
    this.#tellAlarms(one, [room]);
    if (one.followed.get(room) === 0 && this.#link.view(room).pending === undefined)
      one.followed.delete(room);
  }

  #tellAlarms(one: NativePeer, of: readonly RoomName[] | "site"): void {
    if (one.subscriptions.size === 0) return;
    const wanted = of === "site" ? of : of.filter((room) => this.#isSubscribed(one, room));
    for (const { subject, line } of this.#readAlarms(one, wanted)) this.#tell(one, subject, line);
  }

  /** What a client is to be told of the alarms of these rooms, or of the whole site. It counts as told. */
  #readAlarms(one: NativePeer, of: readonly RoomName[] | "site"): readonly AlarmNews[] {
    const alarms: readonly { readonly about: string; readonly what: string; readonly text: string }[] =
      of === "site"
        ? this.#link.siteAlarms().map(({ kind, text }) => ({ about: kind, what: kind, text }))
        : of.map((room) => ({
            about: room,
            what: this.#nameOf(one, room),
            text: this.#link.view(room).alarm ?? "",
          }));
    return alarms.flatMap(({ about, what, text }) => {
      const subject = alarmSubject(about);
      // An alarm that a client was never told of does not end for it.
      const isOver = text === "" && one.alarmed.delete(subject);
      if (text !== "") one.alarmed.add(subject);
      return isOver || text !== "" ? { subject, line: writeAlarm(what, text) } : [];
    });
  }

  #tellLamp(control: ControlId, lamp: LampWord): void {
    for (const one of this.#peers.values())
      this.#tellSubscriber(one, `lamp ${control}`, `!LED ${control} ${lamp}`);
  }

  #tellSubscriber(one: NativePeer, subject: string, line: string): void {
    if (one.subscriptions.size > 0) this.#tell(one, subject, line);
  }

  #tell({ peer }: NativePeer, subject: string, line: string): void {
    if (this.#link.knows(peer)) this.#link.publisher.tell(peer.id, subject, `${line}${ANSWER_END}`);
  }

  /** After an edit of the mapping a name that a client uses may mean another room, or none: what it said is over. */
  #tellRename(one: NativePeer, room: RoomName): void {
    const name = one.names.get(room) ?? room;
    const meant = this.#link.rooms().find(name);
    if (meant === room) return;
    one.names.delete(room);
    if (one.said.delete(room) && meant === undefined) this.#tell(one, `gone ${name}`, `!REC ${name} UNKNOWN`);
  }

  #isSubscribed({ subscriptions }: NativePeer, room: RoomName): boolean {
    if (subscriptions.has("*")) return true;
    for (const said of subscriptions.keys()) if (this.#link.rooms().find(said) === room) return true;
    return false;
  }

  #roomLine(one: NativePeer, room: RoomName): string {
    return `!REC ${this.#nameOf(one, room)} ${stateWord(this.#link.view(room))}`;
  }

  /** What the client calls the room: the word that it used last, else the one under which it subscribed. */
  #nameOf({ names, subscriptions }: NativePeer, room: RoomName): string {
    const { find } = this.#link.rooms();
    const last = names.get(room);
    if (last !== undefined && find(last) === room) return last;
    for (const said of subscriptions.keys()) if (find(said) === room) return said;
    return room;
  }

  #allRooms(): readonly RoomName[] {
    return this.#link.rooms().all.map(({ name }) => name);
  }

  #serves(room: RoomName): boolean {
    return this.#link.rooms().all.some(({ name }) => name === room);
  }

  #tick(): void {
    const nowMs = this.#link.clock.monotonicMs();
    for (const one of this.#peers.values()) {
      // Never equal to the beat before, which would count as told.
      if (isDue(one.beat, nowMs)) this.#beat(one);
      for (const [of, repeating] of one.subscriptions) if (isDue(repeating, nowMs)) this.#tellTimes(one, of);
    }
  }

  #beat(one: NativePeer): void {
    this.#link.publisher.note(one.peer.id, "beat", "");
    this.#tell(one, "beat", "!HB");
  }

  #tellTimes(one: NativePeer, of: string): void {
    const timed = of === "*" ? this.#allRooms() : [this.#link.rooms().find(of) ?? []].flat();
    for (const room of timed) {
      const view = this.#link.view(room);
      const elapsed = elapsedWord(view);
      if (view.status === "recording" && elapsed !== "" && this.#serves(room))
        this.#tell(one, `time ${room}`, `${this.#roomLine(one, room)} ${elapsed}`);
    }
  }
}

function isDue(repeating: Repeating | undefined, nowMs: number): boolean {
  if (repeating === undefined || nowMs < repeating.nextMs) return false;
  repeating.nextMs += repeating.everyMs;
  return true;
}

function alarmSubject(what: string): string {
  return `alarm ${what}`;
}

/** A line has its limits at the other end: the examples of the protocol's page read 256 bytes. */
const LONGEST_TEXT = 180;

function writeAlarm(what: string, text: string): string {
  if (text === "") return `!ALARM ${what} OFF`;
  // A server's sentence may bring line ends along: whatever it says, it is one line here.
  const line = printableSentence(text);
  return `!ALARM ${what} ON ${line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT - 3)}...` : line}`;
}
