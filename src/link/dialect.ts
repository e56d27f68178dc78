import type { z } from "zod";
import type { Action, Outcome } from "../action/action.ts";
import type { SiteAlarm } from "../alarm/alarm.ts";
import type { Clock } from "../base/clock.ts";
import type { ControlId, RoomName } from "../base/identifiers.ts";
import type { ControlDescription, ControlEvent } from "../driver/control.ts";
import type { DialectTransport, LinkMessage, Peer, Stroke } from "../driver/link.ts";
import type { Words } from "../feedback/words.ts";
import type { RoomView } from "../room/room-view.ts";
import type { LampBoard } from "./lamp-board.ts";
import type { LinePublisher } from "./line-publisher.ts";
import type { LinkRooms } from "./link-rooms.ts";

/** A language of links: one file or folder of `dialects/`, and one entry of the table there. */
export type Dialect = LineDialect | AddressDialect;

/** Every dialect; of those that a device may speak, the first is what it speaks where the mapping does not say. */
export type DialectTable = readonly Dialect[];

interface DialectTraits<Schema extends z.ZodObject> {
  /** The word in the mapping. */
  readonly name: string;
  /** What the mapping may set for this dialect: each setting optional and described, the schema is assembled from these. */
  readonly settingsSchema: Schema;
  /** Whether it has commands of its own, beside those that the mapping adds. */
  readonly commands: "own" | "of-mapping-only";
  /** Whether it speaks of one recorder, so that the device must name its room. */
  readonly needsRoom: boolean;
}

/** Lines of text, each answered once and in order: an interpreter keeps what peers have subscribed to. */
export interface LineDialect<Schema extends z.ZodObject = z.ZodObject>
  extends DialectTraits<Schema>,
    DialectTransport {
  readonly style: "lines";
  /** The control of a name that is a button and lamp of the other side only; absent where the dialect has none. */
  readonly describeButton?: (name: ControlId) => ControlDescription;
  /** One for each link that is open. */
  create(link: LineContext<z.output<Schema>>): LineInterpreter;
}

/** Addresses with arguments, answered message by message: an interpreter remembers nothing of its peers. */
export interface AddressDialect<Schema extends z.ZodObject = z.ZodObject> extends DialectTraits<Schema> {
  readonly style: "addresses";
  /** One for each state of the mapping. */
  create(rules: AddressRules<z.output<Schema>>): AddressInterpreter;
}

/** Erases the type of a dialect's settings, so that all of them fit one table. */
export function defineLineDialect<Schema extends z.ZodObject>(dialect: LineDialect<Schema>): LineDialect {
  return dialect as unknown as LineDialect;
}

/** What the mapping's own commands make of a message, by the first pattern that fits. */
export type MatchedMessage =
  | { readonly kind: "no-command" }
  | { readonly kind: "unknown-room"; readonly room: string }
  /** It sets something on or off, and its text is neither. */
  | { readonly kind: "unclear" }
  | { readonly kind: "actions"; readonly actions: readonly Action[] };

/** What the mapping wants told of a room, with placeholders. */
export interface Push {
  readonly text: string;
  readonly values: readonly string[];
}

// Addresses.

/** What the mapping says for a dialect of addresses. */
export interface AddressRules<Settings = unknown> {
  readonly settings: Settings;
  readonly pushes: readonly Push[];
  /** By the mapping's own commands. */
  match(message: LinkMessage, stroke: Stroke, rooms: LinkRooms): MatchedMessage;
}

/** Reads and writes the messages of a dialect of addresses: pure, both ways. */
export interface AddressInterpreter {
  /** What a message asks for. */
  understand(message: LinkMessage, stroke: Stroke, rooms: LinkRooms): Understood;
  /** What to answer when the actions have ended; the worst outcome counts. */
  answer(asked: LinkMessage, outcome: LinkOutcome): readonly LinkMessage[];
  /** That a subscription was granted, and for how many seconds; null for as long as the connection lasts. */
  grant(asked: LinkMessage, seconds: number | null): readonly LinkMessage[];
  /** Why a message was not understood or not let in. */
  object(asked: LinkMessage, objection: Objection): readonly LinkMessage[];
  /** What subscribers are told of a room's state. */
  describe(words: Words): readonly LinkMessage[];
  /** What concerns no single room. */
  describeSite(alarms: readonly SiteAlarm[]): readonly LinkMessage[];
}

/** What a message of addresses asks for. */
export type Understood =
  | { readonly kind: "actions"; readonly actions: readonly Action[] }
  /** The present state of these rooms, for this peer only. */
  | { readonly kind: "query"; readonly rooms: readonly RoomName[] }
  | { readonly kind: "reply"; readonly messages: readonly LinkMessage[] }
  | { readonly kind: "subscribe"; readonly seconds: number; readonly port: number | undefined }
  | { readonly kind: "unsubscribe" }
  | { readonly kind: "prove"; readonly passcode: string }
  | { readonly kind: "objection"; readonly objection: Objection }
  | { readonly kind: "nothing" };

/** Why a message is not carried out. */
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

// Lines.

/** What a dialect of lines may ask of its link. */
export interface LineContext<Settings = unknown> {
  readonly clock: Clock;
  readonly product: { readonly name: string; readonly version: string };
  /** As the mapping has them now. */
  readonly settings: Settings;
  /** The only room of this link; dialects that need one always have it. */
  readonly room: RoomName | undefined;
  readonly publisher: LinePublisher;
  readonly lamps: LampBoard;
  readonly memory: LineMemory;
  rooms(): LinkRooms;
  view(room: RoomName): RoomView;
  siteAlarms(): readonly SiteAlarm[];
  /** Whether this peer may be told anything: it needs no passcode, or has given it. */
  knows(peer: Peer): boolean;
  /**
   * Compares in constant time. Where a protocol cannot tell passcodes from commands by their place, `isCommand` does by
   * their form: such a line is no attempt, unless the passcode itself is of that form.
   */
  prove(peer: Peer, passcode: string, isCommand?: (text: string) => boolean): boolean;
  /** Asks for an action; `line` as it came, for the journal. */
  ask(action: Action, line: string, peer: Peer): Asked;
  /** Whether this peer may ask for such an action: what prepares one needs the same permission. A refusal is counted. */
  permits(kind: Action["kind"], peer: Peer): boolean;
  /** A button of the other side; the line counts for the rate limit already. */
  touch(event: ControlEvent, peer: Peer): void;
  /** A passcode is one line; commands may have no ends, so that they are cut in another way. */
  listenFor(peer: Peer, what: "passcode" | "commands"): void;
}

/** Reads and writes the lines of one open link: it knows its peers' settings and subscriptions, and nothing of sockets. */
export interface LineInterpreter {
  /** A peer has come; what it is greeted with, if anything. */
  joined(peer: Peer): string;
  parted(peer: Peer): void;
  /** All that is known of a peer, in a form for JSON, so that it goes on after a restart; absent where it cannot. */
  standing?(peer: Peer): unknown;
  /** Instead of `joined`: what `standing` said in the process before. False where it does not fit. */
  revive?(peer: Peer, standing: unknown): boolean;
  /** Whether a passcode, where one is set, is asked of this peer. */
  asksPasscode(peer: Peer): boolean;
  read(line: string, peer: Peer): LineReading;
  /** The same for a peer that has not given the passcode yet. */
  readUnauthenticated(line: string, peer: Peer): LineReading;
  /** What of a line the mapping's own commands are compared with; absent where that is all of it. */
  withoutTag?(line: string): string;
  refuse(why: LineRefusal, line: string): string;
  /** How a command of the mapping's own ended. */
  answerOwn(outcome: LinkOutcome, line: string): string;
  roomChanged(room: RoomName): void;
  /** Absent where the protocol has no words for the server. */
  serverChanged?(server: ServerState): void;
  /** Absent where the protocol has no words for what concerns no single room. */
  siteChanged?(): void;
  /** How many peers are told of changes. */
  subscribers(): number;
  close(): void;
}

/**
 * What one line owes its sender. Texts are made when it is their turn, so that an answer held back by a
 * slow command before it never tells an older state than a push that went out meanwhile.
 */
export type LineAnswer = AnswerText | Promise<AnswerText>;
/** Everything that is sent, terminators included; nothing when empty. */
export type AnswerText = () => string;

/** What a line is, before anything is done about it: reading has no effects. */
export type LineReading =
  /** One task an answer; carried out only when the sender has not spoken too often. */
  | { readonly kind: "tasks"; readonly tasks: readonly LineTask[] }
  /** No command of this dialect. */
  | { readonly kind: "unknown" }
  /** From a peer that has not given the passcode: said once, and no more until it is given. */
  | { readonly kind: "denied"; readonly text: string }
  /** Not to be answered: an echo, another machine's answer, nothing at all. */
  | { readonly kind: "ignored" };

/** Carries a command out; called once. */
export type LineTask = () => LineAnswer;

/** Why a line is turned down without being carried out. */
export type LineRefusal = "unknown" | "unknown-room" | "busy" | "full" | "too-long" | "spoiled";

/** `too-slow`: there is no outcome within three seconds. */
export type LinkOutcome = Outcome | "too-slow";

/** Whether the server of VALT can be reached. */
export type ServerState = "up" | "down";

/** An action under way. */
export interface Asked {
  /** Its outcome, or that there is none after three seconds. */
  readonly inTime: Promise<LinkOutcome>;
  /** When it has really ended. */
  readonly ended: Promise<unknown>;
}

/** What survives the reopening of a link: which wires are told of changes, by address. */
export type LineMemory = Map<string, "subscribed" | "unsubscribed">;

/**
 * Whether a control character other than a tab stands in a line, without which it would mean something else, or what was
 * no text in the encoding of the line.
 */
export function isSpoiled(line: string): boolean {
  return /[^\P{Cc}\t]|\uFFFD/u.test(line);
}

/** What ends an answer where the protocol does not say otherwise. */
export const ANSWER_END = "\r\n";
