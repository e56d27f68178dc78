import type { Alarm, AlarmKind } from "./alarm/alarm.ts";
import { AlarmBoard } from "./alarm/board.ts";
import { RoomWatch } from "./alarm/room-watch.ts";
import { Webhook } from "./alarm/webhook.ts";
import type { Clock } from "./base/clock.ts";
import type { RoomName } from "./base/identifiers.ts";
import type { Log } from "./base/log.ts";
import type { FactBody } from "./journal/fact.ts";
import type { Mapping } from "./mapping/mapping.ts";
import type { CheckName, Readiness } from "./preflight/check.ts";
import { checkServer } from "./preflight/preflight.ts";
import { PreflightRounds } from "./preflight/rounds.ts";
import type { RoomChange, RoomStore } from "./room/store.ts";
import type { ValtClient } from "./valt/client.ts";

export interface WatchmanTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: RoomStore;
  /** As they are now: an edit may name another server. */
  mapping(): Mapping;
  valt(): ValtClient;
  /** After every round of checks. */
  reviewed(): void;
  secret(name: string): string | undefined;
  record(fact: FactBody): void;
}

/** Alarms: changes of rooms, checks of the site and what others found -> board -> panels, links, log, journal, webhook. */
export class Watchman {
  readonly #tools: WatchmanTools;
  readonly #closing = new AbortController();
  readonly #board: AlarmBoard;
  readonly #rooms: RoomWatch;
  readonly #webhook: Webhook;
  readonly #rounds: PreflightRounds;

  constructor(tools: WatchmanTools) {
    const { clock, log, mapping, secret } = tools;
    this.#tools = tools;
    this.#board = new AlarmBoard({ clock, log, changed: (alarm, state) => this.#tell(alarm, state) });
    this.#rooms = new RoomWatch({
      raise: (kind, text, room) => this.#board.raise(kind, text, room),
      end: (kind, room) => this.#board.end(kind, room),
      minds: () => mapping().alarms.stoppedElsewhere,
    });
    this.#rounds = new PreflightRounds({
      clock,
      check: () => checkServer({ valt: tools.valt(), mapping: mapping(), clock }),
      checked: (readiness) => {
        this.#review(readiness);
        tools.reviewed();
      },
    });
    const address = () => {
      const name = mapping().alarms.webhookFrom;
      return name === undefined ? undefined : secret(name);
    };
    this.#webhook = new Webhook({ clock, log, address, signal: this.#closing.signal });
  }

  see(change: RoomChange): void {
    this.#rooms.see(change);
  }

  /** Checks the site now, and from now on. */
  begin(): void {
    this.#rounds.begin();
  }

  readiness(): Readiness {
    return this.#rounds.readiness();
  }

  /** Whether the server has another room under this one's id. */
  isWrong(room: RoomName): boolean {
    return this.#rounds.isWrong(room);
  }

  /** What a round of checks found: each warning is an alarm until a later round finds it gone. */
  #review({ checks }: Readiness): void {
    for (const { name, state, text } of checks) {
      const kind = alarmsOfChecks[name];
      if (kind === undefined) continue;
      if (state === "warning") this.#board.raise(kind, text);
      else if (state === "fine") this.#board.end(kind);
    }
    const rooms = checks.find(({ name }) => name === "rooms");
    if (rooms === undefined) return;
    for (const room of this.#tools.mapping().rooms.keys()) {
      if (rooms.rooms.includes(room)) this.#board.raise("wrong-room", rooms.text, room);
      else this.#board.end("wrong-room", room);
    }
  }

  /** Somebody acts on the room, and so has seen it. */
  acknowledge(room: RoomName): void {
    this.#board.acknowledge(room);
  }

  raise(kind: AlarmKind, text: string, room?: RoomName): void {
    this.#board.raise(kind, text, room);
  }

  end(kind: AlarmKind, room?: RoomName): void {
    this.#board.end(kind, room);
  }

  alarms(): readonly Alarm[] {
    return this.#board.list();
  }

  close(): void {
    this.#closing.abort();
    this.#rounds.close();
    this.#board.close();
  }

  #tell(alarm: Alarm, state: "raised" | "ended"): void {
    const { record, store } = this.#tools;
    const { kind, room, text } = alarm;
    record({ kind: "alarm", alarm: kind, state, text, ...(room === undefined ? {} : { room }) });
    if (room !== undefined) store.tell(room, { kind: "alarmed", text: this.#board.ofRoom(room)?.text });
    void this.#webhook.post(alarm, state);
  }
}

const alarmsOfChecks: Readonly<Partial<Record<CheckName, AlarmKind>>> = {
  rights: "rights-missing",
  clock: "clock-differs",
  certificate: "certificate-expiring",
};
