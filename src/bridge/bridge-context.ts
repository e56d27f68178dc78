import type { Cause } from "../action/action.ts";
import type { ActionTable } from "../action/action-kind.ts";
import type { Clock } from "../base/clock.ts";
import type { DeviceId, RoomName } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import type { StallDetector } from "../base/stall-detector.ts";
import type { Words } from "../feedback/words.ts";
import type { GestureRule } from "../gesture/gesture-rule.ts";
import type { FactBody } from "../journal/fact.ts";
import type { Language } from "../language/language.ts";
import type { KeyImages } from "../panel/key-image/key-image.ts";
import type { AlarmService } from "./alarm-service.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { RoomMonitor } from "./room-monitor.ts";
import type { Site } from "./site.ts";

/** What the sessions of devices stand on: the stages behind them, and a few words from outside. */
export interface BridgeContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly site: Pick<Site, "linkRooms">;
  readonly actions: ActionTable;
  readonly gestures: readonly GestureRule[];
  readonly rooms: Pick<RoomMonitor, "view" | "stateOf">;
  readonly alarms: Pick<AlarmService, "readiness" | "board">;
  readonly dispatcher: Pick<Dispatcher, "act">;
  readonly stalls: Pick<StallDetector, "arrivedAtMs">;
  correlate(): Cause["correlation"];
  /** What people read on panels is said in it. */
  language(): Language;
  words(room: RoomName): Words;
  /** Devices of the mapping that are not there. */
  missing(): readonly DeviceId[];
  secret(name: string): string | undefined;
  record(fact: FactBody): void;
  /** Loaded when the first panel with pictures opens; absent where that is not possible. */
  keyImages(): Promise<KeyImages | undefined>;
}
