import type { ActionKind, Cause, Outcome, StateCommand } from "../action/action.ts";
import type { ControlId, CorrelationId, DeviceId, PeerId, RoomName } from "../base/identifiers.ts";
import type { Frame } from "../driver/frame.ts";
import type { LinkMessage } from "../driver/link.ts";
import type { RoomView } from "../room/room-view.ts";

/** One thing that happened, with both clocks. Facts of one press share its correlation id. */
export type Fact = { readonly atMs: number; readonly wallMs: number } & FactBody;

export type FactBody =
  | {
      readonly kind: "device";
      readonly device: DeviceId;
      readonly state: "open" | "lost" | "closed";
      readonly text: string;
    }
  | { readonly kind: "stuck"; readonly device: DeviceId; readonly control: ControlId }
  | { readonly kind: "action"; readonly cause: Cause; readonly action: ActionKind; readonly room: RoomName }
  | {
      readonly kind: "request";
      readonly correlation: CorrelationId;
      readonly command: StateCommand;
      readonly room: RoomName;
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
      readonly result: "delivered" | "refused";
      readonly text: string;
    }
  | { readonly kind: "room"; readonly room: RoomName; readonly view: RoomView }
  | { readonly kind: "shown"; readonly device: DeviceId; readonly control: ControlId; readonly frame: Frame }
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

export type FactSink = (fact: Fact) => void;
