import { z } from "zod";
import type { MarkColor } from "../../valt/marks.ts";
import type { Action } from "../action.ts";
import type { ActionKind } from "../action-kind.ts";

type MarkAction = Extract<Action, { kind: "mark" }>;

interface MarkKeys {
  readonly mark: string;
  readonly color?: MarkColor;
}

export const mark: ActionKind<MarkAction, "mark"> = {
  word: "mark",
  needs: ["mark"],
  offers: ["mark"],
  isForBystanders: true,
  keepsMoment: true,
  turn: "at-once",
  look: "mark",
  mapping: {
    keys: ({ markColors }) => ({
      mark: z.string().min(1).optional().describe("Put a mark with this text into the running recording."),
      color: z.enum(markColors).optional().describe("Colour of the mark (VALT 5; default red)."),
    }),
    beside: { color: { alone: "a colour goes with a mark only" } },
    read: ({ mark: text, color = "red" }: MarkKeys) => ({ kind: "mark", text, color }),
    write: ({ text, color }) => ({ mark: text, color }),
    texts: ({ mark: text }: MarkKeys) => [{ path: ["mark"], text, words: [] }],
  },
  fill: (action, fill) => ({ ...action, text: fill(action.text) }),
  toPrintable: (action, toPrintable) => ({ ...action, text: toPrintable(action.text) }),
  run: (action, { marks, cause, begun }) => marks.add(action, cause, begun),
  tells: "mark “{text}” in {room}",
  tellsBriefly: "mark in {room}",
  confirms: "Marked ✓ {elapsed}",
};
