import type { Action, Outcome } from "../action/action.ts";
import type { SiteAlarm } from "../alarm/alarm.ts";
import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { LinkMessage, Stroke } from "../driver/link.ts";
import type { Words } from "../feedback/words.ts";
import type { CommandMapping, PushMapping } from "../mapping/mapping.ts";
import type { MatchedMessage } from "../mapping/match.ts";

/** A text protocol spoken on a link: pure, both ways. */
export interface Dialect {
  /** What a message asks for. */
  understand(message: LinkMessage, stroke: Stroke, rooms: LinkRooms): Understood;
  /** What to say to the asker when its actions have ended; the worst outcome counts. */
  answer(asked: LinkMessage, outcome: Outcome | "too-slow"): readonly LinkMessage[];
  /** That a subscription was granted, and for how many seconds; null for as long as the connection lasts. */
  grant(asked: LinkMessage, seconds: number | null): readonly LinkMessage[];
  /** Why a message was not understood or not let in. */
  object(asked: LinkMessage, objection: Objection): readonly LinkMessage[];
  /** What a room's state is to those who are told of changes. */
  describe(words: Words): readonly LinkMessage[];
  /** What concerns no single room. */
  describeSite(alarms: readonly SiteAlarm[]): readonly LinkMessage[];
}

export interface LinkRooms {
  readonly all: readonly LinkRoom[];
  find(text: string): RoomName | undefined;
}

export interface LinkRoom {
  readonly name: RoomName;
  readonly id: ValtRoomId;
}

export type Understood =
  | { readonly kind: "actions"; readonly pattern: string; readonly actions: readonly Action[] }
  /** The present state of these rooms, to the asker only. */
  | { readonly kind: "query"; readonly rooms: readonly RoomName[] }
  | { readonly kind: "reply"; readonly messages: readonly LinkMessage[] }
  | { readonly kind: "subscribe"; readonly seconds: number; readonly port: number | undefined }
  | { readonly kind: "unsubscribe" }
  | { readonly kind: "prove"; readonly passcode: string }
  | { readonly kind: "objection"; readonly objection: Objection }
  | { readonly kind: "nothing" };

export type Objection =
  | "unknown"
  | "unknown-room"
  | "unclear"
  | "wildcard"
  | "denied"
  /** Long answers are for those whom `allow` lists, or who gave the passcode. */
  | "unlisted"
  | "wrong-passcode"
  | "busy"
  | "full";

/** What a dialect is made from. */
export interface DialectTools {
  readonly commands: readonly CommandMapping[];
  readonly pushes: readonly PushMapping[];
  readonly builtIn: "on" | "off";
  match(
    commands: readonly CommandMapping[],
    asked: { readonly message: LinkMessage; readonly stroke: Stroke },
    find: LinkRooms["find"],
  ): MatchedMessage;
  parse(source: string): CommandMapping["pattern"];
}
