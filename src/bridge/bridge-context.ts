import type { Action, Cause, Outcome } from "../action/action.ts";
import type { Alarm } from "../alarm/alarm.ts";
import type { Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import type { Words } from "../feedback/words.ts";
import type { FactBody } from "../journal/fact.ts";
import type { LinkRooms } from "../link/link-rooms.ts";
import type { DeviceMapping, Permission } from "../mapping/mapping.ts";
import type { KeyImages } from "../panel/key-image/key-image.ts";
import type { Readiness } from "../preflight/check.ts";
import type { RoomView } from "../room/room-view.ts";

/** What the bridge lends to the devices: the rooms as they are, and the way to act on them. */
export interface BridgeContext {
  readonly clock: Clock;
  readonly log: Log;
  /** The rooms that a device with this mapping serves. */
  roomsFor(device: DeviceMapping): LinkRooms;
  view(room: RoomName): RoomView;
  readiness(): Readiness;
  /** Those that hold now. */
  alarms(): readonly Alarm[];
  words(room: RoomName): Words;
  act(action: Action, cause: Cause, may: ReadonlySet<Permission> | "everything"): Promise<Outcome>;
  /** The earliest moment (monotonic) at which what is read now may have come. */
  arrivedAtMs(): number;
  correlate(): Cause["correlation"];
  secret(name: string): string | undefined;
  record(fact: FactBody): void;
  /** Loaded when the first panel with pictures opens; absent where that is not possible. */
  keyImages(): Promise<KeyImages | undefined>;
}
