import type { Clock } from "../base/clock.ts";
import type { DeviceId, RoomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { nextTurn } from "../base/shared-turn.ts";
import type { DeviceMapping, Mapping } from "../mapping/mapping.ts";
import type { BridgeContext } from "./bridge-context.ts";
import { findUntouched } from "./device-plan.ts";
import { DeviceSession } from "./device-session.ts";

/** Whoever follows all rooms says so every second. */
const FOLLOWED_MS = 3000;

/** The devices of the mapping, each with its session. */
export class DeviceSessions {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #all = new Map<DeviceId, DeviceSession>();
  #mapping: Mapping | undefined;
  #followedMs = -Infinity;
  #isStopped = false;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  get(device: DeviceId): DeviceSession | undefined {
    return this.#all.get(device);
  }

  entries(): ReadonlyMap<DeviceId, DeviceSession> {
    return this.#all;
  }

  /**
   * Opens the mapping's devices. Those that are open stay so where the mapping's change allows it; those of which it changes
   * nothing are left alone. Not to be called again before it has ended: many are opened over several turns.
   */
  async adopt(mapping: Mapping, context: BridgeContext): Promise<void> {
    const { devices } = mapping;
    const isUntouched = findUntouched(this.#mapping ?? mapping, mapping);
    this.#mapping = mapping;
    for (const [id, session] of this.#all) {
      const device = devices.get(id);
      if (isUntouched(id)) continue;
      if (device !== undefined && this.#takesOver(session, device)) continue;
      this.#all.delete(id);
      await session.stop();
    }
    for (const device of devices.values()) {
      if (this.#all.has(device.id)) continue;
      const next = nextTurn(this.#clock);
      if (next !== undefined) await next;
      if (this.#isStopped) return;
      const session = new DeviceSession(device, context);
      this.#all.set(device.id, session);
      session.start();
    }
  }

  /** A bug in one driver must not keep the others from an edit: its device is opened anew. */
  #takesOver(session: DeviceSession, device: DeviceMapping): boolean {
    try {
      return session.adopt(device);
    } catch (error) {
      const fields = { device: device.id, why: String(error) };
      this.#log.error("unexpected while an edit was taken over: the device is opened anew", fields);
      return false;
    }
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#all.values()].map((session) => session.stop()));
  }

  roomChanged(room: RoomName): void {
    for (const session of this.#all.values()) session.roomChanged(room);
  }

  /** A server was lost, or is back. */
  serverChanged(): void {
    for (const session of this.#all.values()) session.serverChanged();
  }

  /** Something that concerns no single room. */
  siteChanged(): void {
    for (const session of this.#all.values()) session.siteChanged();
  }

  /** Hours began or ended at which panels look otherwise. */
  hoursChanged(): void {
    for (const session of this.#all.values()) session.hoursChanged();
  }

  /** Devices that are not there, in the order of the mapping. */
  missing(): readonly DeviceId[] {
    return [...this.#all].flatMap(([id, session]) => (session.status().status.kind === "lost" ? [id] : []));
  }

  /** Rooms that somebody sees now. */
  shownRooms(): ReadonlySet<RoomName> {
    return new Set([...this.#all.values()].flatMap((session) => session.shownRooms()));
  }

  /** Somebody sees the list of all rooms: call it every second as long as that is so. */
  follow(): void {
    this.#followedMs = this.#clock.monotonicMs();
  }

  /** Whether somebody sees all rooms, in the list or through a link. */
  followsAll(): boolean {
    const isSeen = this.#clock.monotonicMs() - this.#followedMs < FOLLOWED_MS;
    return isSeen || [...this.#all.values()].some((session) => session.followsAll());
  }
}
