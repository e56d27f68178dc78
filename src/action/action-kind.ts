import type { z } from "zod";
import type { RoomName, ValtRoomId } from "../base/identifiers.ts";
import type { Result } from "../base/result.ts";
import type { RoomState } from "../room/room-state.ts";
import type { CommandOptions, ValtClient } from "../valt/client.ts";
import type { ValtFailure } from "../valt/failure.ts";
import type { Cause, Outcome, StateCommand } from "./action.ts";
import type { RoomWish } from "./decide.ts";
import type { Mark } from "./mark.ts";

/** Anything that may be asked for in a room. */
export interface RoomAction {
  readonly kind: string;
  readonly room: RoomName;
}

/** An action in a mapping, whose room is found later. */
type Roomless<One> = Omit<One, "room">;

/** All that the bridge knows of one kind of action. A new one is a file with this, and an entry in `actions/index.ts`. */
export interface ActionKind<One extends RoomAction = RoomAction, Needed extends string = string> {
  /** Names it in mappings, in the journal and on the console. */
  readonly word: One["kind"];
  /** Whoever asks for it needs all of these permissions; where there are none, any that bystanders do not have. */
  readonly needs: readonly Needed[];
  /** A device that may do nothing else may be in the hands of the person who is recorded: its use proves no attention. */
  readonly isForBystanders?: true;
  /** It ends what runs by mistake, and is therefore allowed in a room that the server calls otherwise. */
  readonly endsMistakes?: true;
  /** It asks the server for nothing: it needs no right room, and is never too late. */
  readonly staysHere?: true;
  /** A mark that is pressed after it means the recording that it begins. */
  readonly beginsRecording?: true;
  /**
   * It belongs to the moment of its press: in a list it keeps it however long the action before it takes, and otherwise
   * waits for a start that was pressed before it.
   */
  readonly keepsMoment?: true;
  /** `in-turn`: waits for the room's other commands, and the room's name is asked for when it is its turn. */
  readonly turn: "in-turn" | "at-once";
  readonly mapping: MappingForm<One>;
  /** What a press of it comes to, for the words on its key: of a toggle both. */
  readonly offers?: readonly Offer[];
  /** The preset of looks that suits a control with this action. */
  readonly look: string;
  /** Fills words in braces in the texts that may have them. */
  fill?(action: Roomless<One>, fill: Change): Roomless<One>;
  /** Makes printable what it writes onto the server, whatever a control system or a card put into it. */
  toPrintable?(action: One, toPrintable: Change): One;
  /** Carries it out. Permission, deadline and the room's name have been looked at. */
  run(action: One, stage: ActionStage): Promise<Outcome>;
  /** What it does, in a few English words for people; `{room}` and what the action has are filled in. A phrase of `language/`. */
  readonly tells: string;
  /** The same without what the action has; absent where that is nothing. */
  readonly tellsBriefly?: string;
  /**
   * What the pressed key says for a moment once it is done, a phrase of `language/`. `{elapsed}` is where a mark stands in its
   * recording, such as `12:31`; empty where that is not known, and for everything else.
   */
  readonly confirms?: string;
}

/** What a key can offer to people. */
export type Offer = StateCommand | "mark";

type Change = (text: string) => string;

/** How an action is written in a mapping: as its word, as an object with keys of its own, or both. */
interface MappingForm<One extends RoomAction = RoomAction> {
  /** What the word alone means, also behind `do`. */
  readonly plain?: Roomless<One>;
  /** Its keys. The first is the action's word. */
  keys?(words: MappingWords): Readonly<Record<string, z.ZodType>>;
  /** For each further key, what to say where it stands without the action, and where the action stands without it. */
  readonly beside?: Readonly<Record<string, { readonly alone: string; readonly missing?: string }>>;
  /** Reads checked keys. */
  read?(given: object): Roomless<One>;
  /** Writes the keys of an action, for a mapping to copy from. Absent where the word says all. */
  write?(action: Roomless<One>): object | undefined;
  /** Texts in which words in braces are filled: where they stand, and what fills them besides the captures. */
  texts?(given: object): readonly TemplateText[];
}

export interface TemplateText {
  readonly path: readonly string[];
  readonly text: string;
  readonly words: readonly string[];
}

/** Words of other stages that an action's keys may be. */
interface MappingWords {
  readonly markColors: readonly [string, ...string[]];
}

type NewMark = Pick<Mark, "room" | "text" | "color">;

type Send = (
  valt: ValtClient,
  limits: CommandOptions,
  room: ValtRoomId,
) => Promise<Result<unknown, ValtFailure>>;

/** What an action may use while it is carried out. */
export interface ActionStage {
  readonly cause: Cause;
  /** Changes what a room does, one command at a time; looks whether the room is the right one when it is its turn. */
  readonly performer: { perform(wish: RoomWish, cause: Cause): Promise<Outcome> };
  /** Keeps marks until the server has them. */
  readonly marks: { add(mark: NewMark, cause: Cause, begun: ActionStage["begun"]): Promise<Outcome> };
  /** For an action that keeps its moment: the room once the start that was pressed before it is answered, if there is one. */
  readonly begun: Promise<RoomState> | undefined;
  /** One request beside the room's commands, on record, sent within the press's deadline. Nothing is sent twice. */
  call(send: Send): Promise<Outcome>;
}

/** Kinds of actions by their word, in the order in which people read of them. */
export type ActionTable = ReadonlyMap<string, ActionKind>;

export function tableOf(kinds: readonly ActionKind[]): ActionTable {
  return new Map(kinds.map((kind) => [kind.word, kind]));
}
