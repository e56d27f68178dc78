import type { Alarm, AlarmKind } from "../alarm/alarm.ts";
import { AlarmBoard } from "../alarm/board.ts";
import { RoomWatch } from "../alarm/room-watch.ts";
import { rememberStarted, type StartedRecordings } from "../alarm/started.ts";
import { Webhook } from "../alarm/webhook.ts";
import type { Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { redact } from "../base/redact.ts";
import type { FactBody } from "../journal/fact.ts";
import type { Mapping } from "../mapping/mapping.ts";
import type { Check, CheckName, Readiness } from "../preflight/check.ts";
import { checkServer } from "../preflight/preflight.ts";
import { RoomNames } from "../preflight/room-names.ts";
import { PreflightRounds } from "../preflight/rounds.ts";
import type { Outage } from "../room/outage.ts";
import type { RoomChange, RoomStore } from "../room/store.ts";
import type { ValtClient } from "../valt/client.ts";

export interface AlarmServiceTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: RoomStore;
  /** Where recordings that were started here are known from; absent: as long as the process lasts. */
  readonly started?: StartedRecordings | undefined;
  /** As they are now: an edit may name another server. */
  mapping(): Mapping;
  valt(): ValtClient;
  outage(): Outage | undefined;
  /** Whether rooms can be looked at as often as the mapping promises. */
  freshness(): Check;
  /** Readiness, or an alarm that concerns no single room. */
  siteChanged(): void;
  secret(name: string): string | undefined;
  /** Overwrites secrets in a text that goes out; default those that are remembered. */
  readonly hide?: ((text: string) => string) | undefined;
  record(fact: FactBody): void;
}

/** Alarms: changes of rooms, checks of the site and what others found -> board -> panels, links, log, journal, webhook. */
export class AlarmService {
  readonly #tools: AlarmServiceTools;
  readonly #closing = new AbortController();
  readonly #board: AlarmBoard;
  readonly #names: RoomNames;
  readonly #rooms: RoomWatch;
  readonly #webhook: Webhook;
  readonly #rounds: PreflightRounds;
  #server = { url: "", name: "" };

  constructor(tools: AlarmServiceTools) {
    const { clock, log, mapping, secret } = tools;
    this.#tools = tools;
    this.#board = new AlarmBoard({ clock, log, changed: (alarm, state) => this.#tell(alarm, state) });
    this.#rooms = new RoomWatch({
      raise: (kind, text, room) => this.#board.raise(kind, text, room),
      end: (kind, room) => this.#board.end(kind, room),
      minds: () => mapping().alarms.stoppedElsewhere,
      started: tools.started ?? rememberStarted(),
      era: clock.era,
      placeOf: (room) => `${this.#serverName()} ${mapping().rooms.get(room)?.id ?? ""}`,
    });
    this.#names = new RoomNames({
      ...tools,
      server: () => (tools.outage() === undefined ? "up" : "down"),
      heard: (room) => this.#judgeName(room),
    });
    this.#rounds = new PreflightRounds({
      clock,
      check: async () => [
        ...(await checkServer({ valt: tools.valt(), mapping: mapping(), clock })),
        tools.freshness(),
      ],
      outage: () => tools.outage()?.failure.message,
      checked: (readiness) => {
        this.#review(readiness);
        tools.siteChanged();
      },
    });
    const address = () => {
      const name = mapping().alarms.webhookFrom;
      return name === undefined ? undefined : secret(name);
    };
    const { hide = redact } = tools;
    this.#webhook = new Webhook({ clock, log, address, hide, signal: this.#closing.signal });
  }

  see(change: RoomChange): void {
    this.#rooms.see(change);
  }

  /** Checks the site now, and from now on. */
  begin(): void {
    const { rooms } = this.#tools.mapping();
    this.#rounds.begin();
    this.#tools.siteChanged();
    this.#board.keepRooms(rooms);
    for (const room of rooms.keys()) this.#judgeName(room);
  }

  /** What an earlier process knew of the rooms; before they are looked at. */
  recall(): void {
    const { mapping, store } = this.#tools;
    for (const room of mapping().rooms.keys()) {
      const recalled = this.#rooms.recall(room);
      if (recalled !== undefined) store.tell(room, recalled);
    }
  }

  /** The server was lost, or is back: ready again only when a round has passed. */
  serverChanged(server: "up" | "down"): void {
    if (server === "up") this.#rounds.begin();
    else this.#rounds.doubt();
    this.#tools.siteChanged();
  }

  /** Something changed that a round would find. */
  doubt(): void {
    this.#rounds.doubt();
  }

  readiness(): Readiness {
    return this.#rounds.readiness();
  }

  /** The mapping names another server: what was seen on the former one says nothing about its rooms. */
  forget(): void {
    this.#names.forget();
  }

  /** The rooms' names, as far as the server has said them. */
  names(): RoomNames {
    return this.#names;
  }

  /** As it may be written down. */
  #serverName(): string {
    const { url } = this.#tools.mapping().server;
    if (this.#server.url !== url) this.#server = { url, name: redact(url) };
    return this.#server.name;
  }

  #judgeName(room: RoomName): void {
    const fault = this.#names.findFault(room);
    if (fault === undefined) this.#board.end("wrong-room", room);
    else this.#board.raise("wrong-room", fault, room);
  }

  /** What a round of checks found: each warning is an alarm until a later round finds it gone. */
  #review({ checks }: Readiness): void {
    for (const { name, state, text } of checks) {
      const kind = alarmsOfChecks[name];
      if (kind === undefined) continue;
      if (state === "warning") this.#board.raise(kind, text);
      else if (state === "fine") this.#board.end(kind);
    }
  }

  /** Somebody in charge acts on the room, and so has seen it. */
  acknowledge(room: RoomName): void {
    this.#board.acknowledge(room);
  }

  raise(kind: AlarmKind, text: string, room?: RoomName): void {
    this.#board.raise(kind, text, room);
  }

  end(kind: AlarmKind, room?: RoomName): void {
    this.#board.end(kind, room);
  }

  /** A condition of the site in a sentence; nothing once it has ended. */
  hold(kind: AlarmKind, text: string | undefined): void {
    if (text === undefined) this.end(kind);
    else this.raise(kind, text);
  }

  alarms(): readonly Alarm[] {
    return this.#board.list();
  }

  close(): void {
    this.#closing.abort();
    this.#rounds.close();
    this.#board.close();
  }

  #tellRoom(room: RoomName): void {
    const { text, words: brief } = this.#board.ofRoom(room) ?? {};
    this.#tools.store.tell(room, { kind: "alarmed", text, brief });
  }

  #tell(alarm: Alarm, state: "raised" | "ended"): void {
    const { record, siteChanged } = this.#tools;
    const { kind, room, text } = alarm;
    record({ kind: "alarm", alarm: kind, state, text, ...(room === undefined ? {} : { room }) });
    if (room === undefined) siteChanged();
    else this.#tellRoom(room);
    if (kind === "wrong-room") this.#rounds.doubt();
    this.#webhook.post(alarm, state);
  }
}

const alarmsOfChecks: Readonly<Partial<Record<CheckName, AlarmKind>>> = {
  rights: "rights-missing",
  clock: "clock-differs",
  certificate: "certificate-expiring",
  freshness: "looks-too-rare",
};
