import { z } from "zod";
import type { Action, RecordingWish } from "./action.ts";
import type { ActionKind, TemplateText } from "./action-kind.ts";
import type { Decide } from "./decide.ts";
import type { Holder } from "./holder.ts";
import { namePlaceholders } from "./recording-name.ts";

type RecordingAction<Word extends string> = Extract<Action, { kind: Word; recording: RecordingWish }>;

type Given<Word extends string, Needed extends string> = Pick<
  ActionKind<RecordingAction<Word>, Needed>,
  "needs" | "beginsRecording" | "offers" | "tells"
> & {
  readonly decide: Decide;
  readonly sort: "definite" | "toggle";
  /** What its key says in the mapping's schema. */
  readonly described: string;
};

/** An action that may begin a recording, with the recording's particulars. */
export function recordingAction<const Word extends "start" | "toggle", const Needed extends string>(
  word: Word,
  { decide, sort, described, ...given }: Given<Word, Needed>,
): ActionKind<RecordingAction<Word>, Needed> {
  type One = RecordingAction<Word>;
  const roomless = (recording: RecordingWish) => ({ kind: word, recording }) as Omit<One, "room">;
  return {
    word,
    ...given,
    turn: "in-turn",
    look: "tally",
    mapping: {
      plain: roomless({}),
      keys: () => ({ [word]: recordingSchema.optional().describe(described) }),
      read: (asked: { readonly [key in Word]: RecordingWish }) => roomless(asked[word]),
      write: ({ recording }) => (Object.keys(recording).length === 0 ? undefined : { [word]: recording }),
      texts: (asked: { readonly [key in Word]: RecordingWish }) => textsOf(asked[word], word),
    },
    fill: ({ recording }, fill) => roomless(fillWish(recording, fill)),
    toPrintable: (action, toPrintable) => ({
      ...action,
      recording: printableWish(action.recording, toPrintable),
    }),
    run: ({ room, recording }, { performer, cause }) =>
      performer.perform({ word, room, decide, sort, recording }, cause),
  };
}

const recordingSchema = z
  .strictObject({
    name: z
      .string()
      .optional()
      .describe("Name of the recording; {room} {label} {date} {time} {hour} {minute} {count} are filled in."),
    author: z
      .union([
        z.int().positive().describe("User id on the server."),
        z.strictObject({
          card: z.string().min(1).describe('Card number of the user, usually "{value}" of a card reader.'),
        }),
        z.strictObject({
          pin: z
            .string()
            .min(1)
            .describe("PIN of the user, as typed on a keypad: as many digits as the server's pinDigits."),
        }),
      ])
      .optional()
      .describe("Who becomes the author: a user id, or the holder of a card or of a PIN."),
    template: z
      .record(z.string(), z.string())
      .optional()
      .describe("Information template: field id to value."),
    share: z
      .strictObject({
        users: z.array(z.int()).optional().describe("User ids that may see the recording."),
        groups: z.array(z.int()).optional().describe("Group ids that may see the recording."),
      })
      .optional()
      .describe("Who may see the recording besides the default rights."),
  })
  .describe("What a recording is called and whose it is.");

function textsOf({ name, author }: RecordingWish, word: string): readonly TemplateText[] {
  const holder = typeof author === "object" ? Object.entries(author) : [];
  return [
    { path: [word, "name"], text: name ?? "", words: namePlaceholders },
    ...holder.map(([sort, number]) => ({ path: [word, "author", sort], text: number, words: [] })),
  ];
}

function fillWish(wish: RecordingWish, fill: (text: string) => string): RecordingWish {
  const { name, author } = wish;
  return {
    ...wish,
    ...(name === undefined ? {} : { name: fill(name) }),
    ...(typeof author === "object" ? { author: fillHolder(author, fill) } : {}),
  };
}

function fillHolder(holder: Holder, fill: (text: string) => string): Holder {
  return "card" in holder ? { card: fill(holder.card) } : { pin: fill(holder.pin) };
}

function printableWish(
  { name, template, ...wish }: RecordingWish,
  toPrintable: (text: string) => string,
): RecordingWish {
  const fields = Object.entries(template ?? {}).map(([field, text]) => [field, toPrintable(text)]);
  return {
    ...wish,
    ...(name === undefined ? {} : { name: toPrintable(name) }),
    ...(template === undefined ? {} : { template: Object.fromEntries(fields) }),
  };
}
