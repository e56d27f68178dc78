import type { Action, Outcome } from "../action/action.ts";
import type { SiteAlarm } from "../alarm/alarm.ts";
import type { Clock } from "../base/clock.ts";
import type { RoomName } from "../base/identifiers.ts";
import type { ControlEvent } from "../driver/control.ts";
import type { LineDialectName, Peer } from "../driver/link.ts";
import type { Words } from "../feedback/words.ts";
import type { RoomView } from "../room/room-view.ts";
import type { LinkRooms } from "./dialect.ts";
import type { LampBoard } from "./lamp-board.ts";
import type { LinePublisher } from "./line-publisher.ts";

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
  /** From somebody who has not given the passcode: said once, and no more until it is given. */
  | { readonly kind: "denied"; readonly text: string }
  /** Not to be answered: an echo, another machine's answer, nothing at all. */
  | { readonly kind: "ignored" };

export type LineTask = () => LineAnswer;

/** Why a line is turned down without being carried out. */
export type LineRefusal = "unknown" | "unknown-room" | "busy" | "full" | "too-long" | "spoiled";

/** `too-slow`: there is no outcome yet. */
export type LineOutcome = Outcome | "too-slow";

/** A line protocol on one link: it knows its peers' habits and subscriptions, and nothing of sockets. */
export interface LineDialect {
  /** A peer has come; what it is greeted with, if anything. */
  joined(peer: Peer): string;
  parted(peer: Peer): void;
  /** Whether a passcode, where one is set, is asked of this peer. */
  asksPasscode(peer: Peer): boolean;
  read(line: string, peer: Peer): LineReading;
  /** What of a line the mapping's own commands are compared with; absent where that is all of it. */
  withoutTag?(line: string): string;
  /** The same for a peer that has not given the passcode yet. */
  readStranger(line: string, peer: Peer): LineReading;
  refuse(why: LineRefusal, line: string): string;
  /** How a command of the mapping's own ended. */
  answerOwn(outcome: LineOutcome, line: string): string;
  roomChanged(room: RoomName): void;
  serverChanged(server: ServerState): void;
  /** Absent where the protocol has no words for what concerns no single room. */
  siteChanged?(): void;
  /** How many peers are told of changes. */
  listeners(): number;
  close(): void;
}

export type ServerState = "up" | "down";

/** What a dialect is lent. */
export interface LineDialectTools {
  readonly clock: Clock;
  readonly settings: LineSettings;
  readonly teller: LinePublisher;
  readonly lamps: LampBoard;
  readonly memory: LineMemory;
  rooms(): LinkRooms;
  view(room: RoomName): RoomView;
  words(room: RoomName): Words;
  siteAlarms(): readonly SiteAlarm[];
  /** Whether this peer may be told anything: it needs no passcode, or has given it. */
  knows(peer: Peer): boolean;
  /**
   * Compared in constant time. Where a protocol cannot tell passcodes from commands by their place, `isCommand` does by
   * their form: such a line is no attempt, unless the passcode itself is of that form.
   */
  prove(peer: Peer, passcode: string, isCommand?: (text: string) => boolean): boolean;
  ask(action: Action, line: string, peer: Peer): Asked;
  /** Whether this peer may ask for such an action: what prepares one needs the same right. A refusal is counted. */
  permits(kind: Action["kind"], peer: Peer): boolean;
  touch(event: ControlEvent, peer: Peer): void;
  /** A passcode is one line; commands may have no ends, so that they are cut in another way. */
  listenFor(peer: Peer, what: Listening): void;
}

export type Listening = "passcode" | "commands";

/** An action under way. */
export interface Asked {
  /** Its outcome, or that there is none after three seconds. */
  readonly inTime: Promise<LineOutcome>;
  /** When it has really ended. */
  readonly ended: Promise<unknown>;
}

export interface LineSettings {
  /** `none`: only the mapping's own commands and pushes. */
  readonly dialect: LineDialectName;
  /** The only room of this link; needed by the dialects of single recorders. */
  readonly room: RoomName | undefined;
  readonly hello: "on" | "off";
  readonly product: { readonly name: string; readonly version: string };
  readonly smp: SmpHabits;
}

/** Where recorders of that make differ or nobody here could verify what they do. */
export interface SmpHabits {
  /** What a pause does to a paused recording: front panels resume, and at least one client library expects it of the line too. */
  readonly secondPause: "stays" | "resumes";
  /** Drives and the time left: as with one drive, with a second recording, or the time alone as older recorders tell it. */
  readonly timeLeft: "drive" | "two-drives" | "time";
  /** What is told unasked while the state is not known. */
  readonly whenUnknown: "error" | "stopped";
  /** Told as free space: VALT does not say how much there is. */
  readonly freeKilobytes: number;
}

/** A repeated command must not end a pause that people asked for; no figure is invented. */
export const usualSmpHabits: SmpHabits = {
  secondPause: "stays",
  timeLeft: "drive",
  whenUnknown: "error",
  freeKilobytes: 0,
};

/** What survives the reopening of a link: which wires are told of changes, by address. */
export type LineMemory = Map<string, "subscribed" | "unsubscribed">;

export function createLineMemory(): LineMemory {
  return new Map();
}

/**
 * Whether a control character other than a tab stands in a line, without which it would mean something else, or what was
 * no text in the encoding of the line.
 */
export function isSpoiled(line: string): boolean {
  return /[^\P{Cc}\t]|\uFFFD/u.test(line);
}

export const ANSWER_END = "\r\n";
