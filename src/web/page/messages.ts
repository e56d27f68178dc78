import type { Topic, TopicMessage } from "./pages.ts";
import type {
  BindingInfo,
  DeviceInfo,
  LampInfo,
  LinkTalk,
  MappingInfo,
  Overview,
  RoomInfo,
  RoomVerb,
  SimulatorAction,
  TouchInfo,
} from "./protocol.ts";

/**
 * What the page and the bridge say to each other over the one web socket. Texts are JSON of these shapes; pictures are
 * binary, see `readPicture` in `picture.ts`. Moments ending in `AtMs` are on the bridge's own clock, which the greeting
 * tells, those ending in `WallMs` are milliseconds since 1970.
 */
export type FromBridge =
  | Greeting
  | { readonly type: "devices"; readonly devices: readonly DeviceInfo[] }
  /** All of them, in the mapping's order. */
  | { readonly type: "rooms"; readonly rooms: readonly RoomInfo[] }
  /** Those that changed. */
  | { readonly type: "room-changes"; readonly rooms: readonly RoomInfo[] }
  /** When each room was last seen, in the order of the rooms; -1 for never. */
  | { readonly type: "seen"; readonly atMs: readonly number[] }
  | { readonly type: "overview"; readonly overview: Overview }
  | { readonly type: "lamps"; readonly lamps: readonly LampInfo[] }
  | { readonly type: "talk"; readonly device: string; readonly talk: LinkTalk }
  | { readonly type: "bindings"; readonly device: string; readonly bindings: readonly BindingInfo[] }
  | { readonly type: "mapping"; readonly mapping: MappingInfo }
  /** Of the topics that this page follows. */
  | TopicMessage
  /** To a request that asked for one. */
  | { readonly type: "answer"; readonly request: number; readonly isFine: boolean; readonly text: string };

/** What a page says. `request` is the number that the answer repeats. */
export type ToBridge =
  /** Panels whose pictures, lamps, lines and bindings are wanted; replaces what was wanted before. */
  | { readonly type: "watch"; readonly devices: readonly string[] }
  | { readonly type: "follow"; readonly topics: readonly Topic[] }
  | { readonly type: "touch"; readonly device: string; readonly control: string; readonly touch: TouchInfo }
  /** Something in a room, without a panel; `text` is that of a mark. Answered when its outcome is known. */
  | {
      readonly type: "act";
      readonly request: number;
      readonly room: string;
      readonly what: RoomVerb;
      readonly text: string;
    }
  | { readonly type: "mapping" }
  /** All pages of a panel; answered with JSON: what each of them binds, empty where the panel's model is not known. */
  | { readonly type: "pages"; readonly request: number; readonly device: string }
  | { readonly type: "reload"; readonly request: number }
  | { readonly type: "schedule"; readonly request: number; readonly room: string }
  /** What the journal has of a range of time, as stories; up to `untilWallMs`, itself excluded. */
  | {
      readonly type: "history";
      readonly request: number;
      readonly sinceWallMs: number;
      readonly untilWallMs: number;
    }
  /** Somebody has seen to a refused mark. */
  | { readonly type: "settle"; readonly request: number; readonly mark: string }
  /** A link for a tablet; its key is the answer. */
  | {
      readonly type: "kiosk-make";
      readonly request: number;
      readonly panel: string;
      readonly right: "view" | "press";
    }
  /** The panel's name on itself, or each colour in turn over its keys and lamps. */
  | {
      readonly type: "panel-test";
      readonly request: number;
      readonly device: string;
      readonly what: "identify" | "lamp-test";
    }
  /** What a device reports is told to this page and does nothing, until `device` is empty or it ends by itself. */
  | { readonly type: "learn"; readonly request: number; readonly device: string }
  | { readonly type: "kiosk-revoke"; readonly request: number; readonly id: string }
  | { readonly type: "simulate"; readonly request: number; readonly deed: SimulatorAction };

/** The first message: clocks, and what this session may do. */
export interface Greeting {
  readonly type: "greeting";
  /** The bridge's clock now. */
  readonly nowMs: number;
  readonly wallMs: number;
  readonly mayPress: boolean;
  /** Whether this session may edit the mapping. */
  readonly mayEdit: boolean;
  readonly hasSimulator: boolean;
  /** Whether there is a session to leave. */
  readonly hasSession: boolean;
  /** The one panel of a tablet's link. */
  readonly kiosk?: string;
}
