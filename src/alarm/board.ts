import type { Cancel, Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { type Alarm, type AlarmKind, describeAlarm } from "./alarm.ts";

interface AlarmBoardTools {
  readonly clock: Clock;
  readonly log: Log;
  /** An alarm was raised or ended. */
  changed(alarm: Alarm, state: "raised" | "ended"): void;
}

/** An event that nobody reacts to goes from the panels after this long; log and journal keep it. */
const EVENT_MS = 10 * 60_000;

/** The alarms that hold now, each once for a room or the site. */
export class AlarmBoard {
  readonly #tools: AlarmBoardTools;
  readonly #alarms = new Map<string, { readonly alarm: Alarm; readonly cancel: Cancel }>();
  /** Oldest first. A server may give all of its thousand rooms a wrong name. */
  readonly #byRoom = new Map<RoomName, Set<Alarm>>();

  constructor(tools: AlarmBoardTools) {
    this.#tools = tools;
  }

  raise(kind: AlarmKind, text: string, room?: RoomName): void {
    const key = keyOf(kind, room);
    if (this.#alarms.get(key)?.alarm.text === text) return;
    const { clock, log, changed } = this.#tools;
    this.#alarms.get(key)?.cancel();
    const alarm = describeAlarm(kind, { room, text, sinceWallMs: clock.wallMs() });
    const cancel =
      alarm.sort === "event" ? clock.after(EVENT_MS, () => this.end(kind, room)) : () => undefined;
    const former = this.#alarms.get(key)?.alarm;
    if (former !== undefined) this.#forget(former);
    this.#alarms.set(key, { alarm, cancel });
    this.#remember(alarm);
    log.warn(`alarm: ${text}`, {
      alarm: kind,
      ...(room === undefined ? {} : { room }),
      remedy: alarm.remedy,
    });
    changed(alarm, "raised");
  }

  end(kind: AlarmKind, room?: RoomName): void {
    const key = keyOf(kind, room);
    const held = this.#alarms.get(key);
    if (held === undefined) return;
    held.cancel();
    this.#alarms.delete(key);
    this.#forget(held.alarm);
    this.#tools.log.info(`alarm over: ${held.alarm.text}`, {
      alarm: kind,
      ...(room === undefined ? {} : { room }),
    });
    this.#tools.changed(held.alarm, "ended");
  }

  /** A condition of the site in a sentence; nothing once it has ended. */
  hold(kind: AlarmKind, text: string | undefined): void {
    if (text === undefined) this.end(kind);
    else this.raise(kind, text);
  }

  /** What has happened in a room, and holds until somebody has seen it. */
  eventsOf(room: RoomName): readonly Alarm[] {
    return [...(this.#byRoom.get(room) ?? [])].filter(({ sort }) => sort === "event");
  }

  /** Somebody in charge has seen these, and acted on the room: those that came since stay. */
  acknowledge(seen: readonly Alarm[]): void {
    const held = new Set(this.list());
    for (const alarm of seen) if (held.has(alarm)) this.end(alarm.kind, alarm.room);
  }

  /** Rooms that are gone have no alarms. */
  keepRooms(rooms: Pick<ReadonlySet<RoomName>, "has">): void {
    for (const { kind, room } of this.list())
      if (room !== undefined && !rooms.has(room)) this.end(kind, room);
  }

  list(): readonly Alarm[] {
    return [...this.#alarms.values()].map(({ alarm }) => alarm);
  }

  /** The oldest alarm of a room. */
  ofRoom(room: RoomName): Alarm | undefined {
    const [oldest] = this.#byRoom.get(room) ?? [];
    return oldest;
  }

  #remember(alarm: Alarm): void {
    const { room } = alarm;
    if (room !== undefined) this.#byRoom.set(room, (this.#byRoom.get(room) ?? new Set()).add(alarm));
  }

  #forget(alarm: Alarm): void {
    const { room } = alarm;
    const others = room === undefined ? undefined : this.#byRoom.get(room);
    others?.delete(alarm);
    if (room !== undefined && others?.size === 0) this.#byRoom.delete(room);
  }

  close(): void {
    for (const { cancel } of this.#alarms.values()) cancel();
  }
}

function keyOf(kind: AlarmKind, room: RoomName | undefined): string {
  return `${kind} ${room ?? ""}`;
}
