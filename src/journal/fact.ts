import type { Cause, Outcome } from "../action/action.ts";
import type { MarkEnd } from "../action/mark.ts";
import type { AlarmKind } from "../alarm/alarm.ts";
import type {
  ControlId,
  CorrelationId,
  DeviceId,
  PeerId,
  RecordingId,
  RoomName,
  ServerName,
} from "../base/identifiers.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { Frame } from "../driver/frame.ts";
import type { LinkMessage } from "../driver/link.ts";
import type { RoomView } from "../room/room-view.ts";

/** One thing that happened, with both clocks. Facts of one press share its correlation id. */
export type Fact = { readonly atMs: number; readonly wallMs: number } & FactBody;

/** Everything that is worth telling, without its moment. */
export type FactBody =
  | {
      readonly kind: "device";
      readonly device: DeviceId;
      readonly state: "open" | "lost" | "closed";
      readonly text: string;
    }
  | { readonly kind: "stuck"; readonly device: DeviceId; readonly control: ControlId }
  /** Somebody learns what a device reports: until it has ended, its touches do nothing and are not told as facts. */
  | {
      readonly kind: "lesson";
      readonly device: DeviceId;
      readonly state: "begun" | "ended";
      readonly by: string;
    }
  /** A touch as it came, bound or not, without the values of cards; for those who watch, not for the journal. */
  | { readonly kind: "touch"; readonly device: DeviceId; readonly event: ControlEvent }
  /** A gesture or request that means something here; what it asks for follows as `action`. */
  | { readonly kind: "press"; readonly cause: Cause }
  | {
      readonly kind: "action";
      readonly cause: Cause;
      /** Its word. */
      readonly action: string;
      readonly room: RoomName;
      /** The server's user id of the recording's author, where the press names one. */
      readonly author?: number;
    }
  | {
      readonly kind: "request";
      readonly correlation: CorrelationId;
      readonly command: string;
      readonly room: RoomName;
      /** The server's user id of the author, where a card said who it is. */
      readonly author?: number;
    }
  | {
      readonly kind: "answer";
      readonly correlation: CorrelationId;
      readonly command: string;
      readonly room: RoomName;
      /** `accepted`, or the failure's sentence. */
      readonly answer: string;
    }
  | {
      readonly kind: "alarm";
      readonly alarm: AlarmKind;
      readonly state: "raised" | "ended";
      readonly text: string;
      readonly room?: RoomName;
    }
  /** A server does not answer, cannot be asked since the account here is at fault, or answers again. */
  | {
      readonly kind: "server";
      readonly server: ServerName;
      readonly state: "lost" | "not-asked" | "back";
      readonly why?: string;
    }
  /** A server is asked at another of its addresses: the one before does not answer. */
  | {
      readonly kind: "address";
      readonly server: ServerName;
      readonly address: string;
      readonly before: string;
      readonly why?: string;
    }
  /** Somebody edits the mapping in the console. */
  | {
      readonly kind: "edit";
      readonly what: "tried" | "taken-back" | "saved";
      /** Who did it; `time` for a try whose time was over, `disk` for one that an edit of the file has ended. */
      readonly by: string;
      /** SHA-256 of what the bridge runs on since. */
      readonly mapping: string;
      /** The files that were written. */
      readonly files: readonly string[];
    }
  | {
      readonly kind: "outcome";
      readonly correlation: CorrelationId;
      readonly room: RoomName;
      readonly outcome: Outcome;
    }
  | {
      readonly kind: "mark";
      readonly correlation: CorrelationId;
      readonly room: RoomName;
      /** `waiting`: for a server that the mapping does not name now. */
      readonly result: MarkEnd | "waiting";
      readonly text: string;
      readonly recording?: RecordingId;
      readonly timeSeconds?: number;
      /** Why the server refused it. */
      readonly why?: string;
      /** Who has settled it. */
      readonly by?: string;
    }
  | {
      readonly kind: "room";
      readonly room: RoomName;
      readonly view: RoomView;
      /** The command under way, where one explains the change. */
      readonly correlation?: CorrelationId;
    }
  | {
      readonly kind: "shown";
      readonly device: DeviceId;
      readonly control: ControlId;
      readonly frame: Frame;
      readonly correlation?: CorrelationId;
    }
  | {
      readonly kind: "told";
      readonly device: DeviceId;
      readonly to: PeerId | "targets";
      readonly message: LinkMessage;
    }
  | {
      readonly kind: "wire";
      readonly device: DeviceId;
      readonly direction: "in" | "out";
      readonly channel: string;
      readonly bytes: Uint8Array;
    };

/** Hears every fact, in order. Must return at once and never throw. */
export type FactSink = (fact: Fact) => void;

/** A touch as a fact, without the values of cards. */
export function touchFact(device: DeviceId, event: ControlEvent): FactBody {
  return { kind: "touch", device, event: event.kind === "pulsed" ? { ...event, values: [] } : event };
}
