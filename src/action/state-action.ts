import type { RoomName } from "../base/identifiers.ts";
import type { ActionKind } from "./action-kind.ts";
import type { Decide } from "./decide.ts";

type PlainAction<Word extends string> = { readonly kind: Word; readonly room: RoomName };

type Given<Word extends string, Needed extends string> = Pick<
  ActionKind<PlainAction<Word>, Needed>,
  "needs" | "look" | "endsMistakes" | "offers" | "tells"
> & {
  readonly decide: Decide;
  /** A toggle does the opposite when it comes twice: it is kept from that. */
  readonly sort: "definite" | "toggle";
};

/** An action that is its word and changes what a room does. */
export function plainAction<const Word extends string, const Needed extends string>(
  word: Word,
  { decide, sort, ...given }: Given<Word, Needed>,
): ActionKind<PlainAction<Word>, Needed> {
  return {
    word,
    ...given,
    turn: "in-turn",
    mapping: { plain: { kind: word } },
    run: ({ room }, { performer, cause }) => performer.perform({ word, room, decide, sort }, cause),
  };
}
