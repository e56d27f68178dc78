import { z } from "zod";
import type { ActionTable } from "../action/action-kind.ts";
import type { MappingVocabulary } from "./mapping.ts";

/** An action as an object, as its schema lets it through: besides these, keys of the table's actions. */
export interface SmallAction {
  readonly do?: string | undefined;
  readonly page?: string | undefined;
  readonly room?: string | undefined;
}

export type ActionDocument = string | SmallAction | readonly (string | SmallAction)[];

export function buildActionSchema(world: Pick<MappingVocabulary, "actions" | "markColors">) {
  const kinds = [...world.actions.values()];
  const word = z.enum(kinds.filter(({ mapping }) => mapping.plain !== undefined).map((kind) => kind.word));
  const keys = Object.assign({}, ...kinds.map(({ mapping }) => mapping.keys?.(world) ?? {}));
  const small = z.strictObject({
    do: word.optional().describe("An action that needs no more than its word, to go with a room."),
    ...(keys as Readonly<Record<never, z.ZodType>>),
    page: z.string().optional().describe("Page of this panel to turn to; first is where it begins."),
    room: z.string().optional().describe("Short name of the room, when it is not the device's own."),
  });
  const one = z.union([word, small]);
  return z
    .union([word, small, z.array(one).min(1)])
    .describe(
      "An action, or a list of actions that are begun in its order. Each is carried out by itself, also where the one before it was refused.",
    );
}

/** What a device may be allowed to do. */
export function permissionsOf(actions: ActionTable): readonly string[] {
  return [...new Set([...actions.values()].flatMap(({ needs }) => needs))];
}
