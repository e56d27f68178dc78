import { briefFailure } from "../action/action.ts";
import type { Alarm, AlarmKind } from "../alarm/alarm.ts";
import { AlarmBoard } from "../alarm/board.ts";
import { RoomWatch } from "../alarm/room-watch.ts";
import { rememberStarted, type StartedRecordings } from "../alarm/started.ts";
import { Webhook } from "../alarm/webhook.ts";
import type { Clock } from "../base/clock.ts";
import type { RecordingId, RoomName, ServerName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { redact } from "../base/redact.ts";
import { sharedTurnOf } from "../base/shared-turn.ts";
import type { FactBody } from "../journal/fact.ts";
import { prefixOf, type ServerPart } from "../mapping/server-part.ts";
import type { Check, CheckName, Readiness } from "../preflight/check.ts";
import { checkServer } from "../preflight/preflight.ts";
import { RoomNames } from "../preflight/room-names.ts";
import { PreflightRounds } from "../preflight/rounds.ts";
import type { RoomChange } from "../room/store.ts";
import type { RoomMonitor } from "./room-monitor.ts";
import type { Site } from "./site.ts";

interface AlarmServiceTools {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<Site, "mapping" | "parts" | "valt" | "placeOf">;
  readonly rooms: Pick<RoomMonitor, "store" | "state" | "outage" | "freshness">;
  /** Told of readiness, and of alarms that concern no single room. */
  readonly sessions: { siteChanged(): void };
  /** Where recordings that were started here are known from; absent: as long as the process lasts. */
  readonly started?: StartedRecordings | undefined;
  secret(name: string): string | undefined;
  /** Overwrites secrets in a text that goes out; default those that are remembered. */
  readonly hide?: ((text: string) => string) | undefined;
  record(fact: FactBody): void;
}

/** Alarms: changes of rooms, checks of the site and what others found -> board -> panels, links, log, journal, webhook. */
export class AlarmService {
  readonly #tools: AlarmServiceTools;
  readonly #closing = new AbortController();
  /** The alarms that hold now. */
  readonly board: AlarmBoard;
  /** The rooms' names, as far as the server has said them. */
  readonly names: RoomNames;
  readonly #watch: RoomWatch;
  readonly #webhook: Webhook;
  readonly #rounds: PreflightRounds;
  /** Rooms of which the name has not been compared with the mapping's since it was heard. */
  readonly #unjudged = new Set<RoomName>();
  #isMappingDue = false;

  constructor(tools: AlarmServiceTools) {
    const { clock, log, site, rooms, sessions, secret } = tools;
    this.#tools = tools;
    this.board = new AlarmBoard({ clock, log, changed: (alarm, state) => this.#tell(alarm, state) });
    this.#watch = new RoomWatch({
      raise: (kind, text, room) => this.board.raise(kind, text, room),
      end: (kind, room) => this.board.end(kind, room),
      minds: () => site.mapping.alarms.stoppedElsewhere,
      started: tools.started ?? rememberStarted(),
      era: clock.era,
      placeOf: (room) => site.placeOf(room),
    });
    this.names = new RoomNames({
      clock,
      mapping: () => site.mapping,
      valt: (server) => site.valt(server),
      state: (server) => rooms.state(server),
      heard: (room) => this.#judgeSoon(room),
    });
    this.#rounds = new PreflightRounds({
      clock,
      check: async () => (await Promise.all([...site.parts].map((one) => this.#check(...one)))).flat(),
      outage: () => this.#findOutage(),
      checked: (readiness) => {
        this.#review(readiness);
        sessions.siteChanged();
      },
    });
    const address = () => {
      const name = site.mapping.alarms.webhookFrom;
      return name === undefined ? undefined : secret(name);
    };
    const { hide = redact } = tools;
    this.#webhook = new Webhook({ clock, log, address, hide, signal: this.#closing.signal });
  }

  async #check(name: ServerName, part: ServerPart): Promise<readonly Check[]> {
    const { site, rooms, clock } = this.#tools;
    const checks = [...(await checkServer({ valt: site.valt(name), part, clock })), rooms.freshness(part)];
    return site.parts.size === 1 ? checks : checks.map((check) => nameServer(check, name));
  }

  #findOutage() {
    const { site, rooms } = this.#tools;
    for (const name of site.parts.keys()) {
      const outage = rooms.outage(name);
      if (outage === undefined) continue;
      const reason = prefixOf(site.mapping, name) + outage.failure.message;
      return { reason, brief: briefFailure(outage.failure) };
    }
    return undefined;
  }

  see(change: RoomChange): void {
    this.#watch.see(change);
  }

  /** Checks the site now, and from now on. */
  begin(): void {
    const { rooms } = this.#tools.site.mapping;
    this.#rounds.begin();
    this.#tools.sessions.siteChanged();
    this.board.keepRooms(rooms);
    this.#isMappingDue = false;
    for (const room of rooms.keys()) this.#judgeSoon(room);
  }

  /** A list of rooms has come, by which the mapping is read anew or is not: names are judged by what comes of it. */
  noteList(isMappingDue: boolean): void {
    this.#isMappingDue = isMappingDue;
  }

  /** What an earlier process knew of these rooms; before they are looked at. */
  recall(rooms: Iterable<RoomName>): void {
    for (const room of rooms) {
      const recalled = this.#watch.recall(room);
      if (recalled !== undefined) this.#tools.rooms.store.tell(room, recalled);
    }
  }

  /** The recording's start from here, with its moment in this era where that is known; nothing for anybody else's. */
  ownStartOf(room: RoomName, recording: RecordingId | undefined): { readonly atMs?: number } | undefined {
    const newest = this.#watch.newest(room);
    if (newest === undefined || newest.recording !== recording) return undefined;
    const isOfThisEra = newest.era === this.#tools.clock.era;
    return isOfThisEra && newest.start !== undefined ? { atMs: newest.start.sentMs } : {};
  }

  /** A server was lost, or is back: ready again only when a round has passed. */
  serverChanged(server: "up" | "down"): void {
    if (server === "up") this.#rounds.begin();
    else this.#rounds.doubt();
    this.#tools.sessions.siteChanged();
  }

  /** Something changed that a round would find. */
  doubt(): void {
    this.#rounds.doubt();
  }

  readiness(): Readiness {
    return this.#rounds.readiness();
  }

  /** Names come a thousand at a time. */
  #judgeSoon(room: RoomName): void {
    if (this.#isMappingDue) return;
    this.#unjudged.add(room);
    if (this.#unjudged.size === 1) this.#judgeNames();
  }

  #judgeNames(): void {
    const turn = sharedTurnOf(this.#tools.clock);
    for (const room of this.#unjudged) {
      if (!turn.hasTime()) {
        turn.join(() => this.#judgeNames(), "last");
        return;
      }
      this.#unjudged.delete(room);
      this.#judgeName(room);
    }
  }

  #judgeName(room: RoomName): void {
    const fault = this.names.findFault(room);
    if (fault === undefined) this.board.end("wrong-room", room);
    else this.board.raise("wrong-room", fault, room);
  }

  /** What a round of checks found: each warning is an alarm until a later round finds it gone. */
  #review({ checks }: Readiness): void {
    for (const [name, kind] of Object.entries(alarmsOfChecks)) {
      const found = checks.filter((check) => check.name === name);
      const warnings = found.filter(({ state }) => state === "warning").map(({ text }) => text);
      if (warnings.length > 0) this.board.raise(kind, warnings.join("; "));
      else if (found.length > 0 && found.every(({ state }) => state === "fine")) this.board.end(kind);
    }
  }

  close(): void {
    this.#closing.abort();
    this.#rounds.close();
    this.board.close();
  }

  #tellRoom(room: RoomName): void {
    const { text, words: brief } = this.board.ofRoom(room) ?? {};
    this.#tools.rooms.store.tell(room, { kind: "alarmed", text, brief });
  }

  #tell(alarm: Alarm, state: "raised" | "ended"): void {
    const { record, sessions } = this.#tools;
    const { kind, room, text } = alarm;
    record({ kind: "alarm", alarm: kind, state, text, ...(room === undefined ? {} : { room }) });
    if (room === undefined) sessions.siteChanged();
    else this.#tellRoom(room);
    if (kind === "wrong-room") this.#rounds.doubt();
    this.#webhook.post(alarm, state);
  }
}

/** What was found, of which server. */
function nameServer(check: Check, server: ServerName): Check {
  return { ...check, server, text: `${server}: ${check.text}` };
}

const alarmsOfChecks = {
  rights: "rights-missing",
  clock: "clock-differs",
  certificate: "certificate-expiring",
  freshness: "looks-too-rare",
} as const satisfies Readonly<Partial<Record<CheckName, AlarmKind>>>;
