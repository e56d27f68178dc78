import { z } from "zod";
import type { LookCondition } from "../feedback/look.ts";
import type { MappingVocabulary } from "./mapping.ts";

const LOOK_CONDITIONS: Readonly<Record<LookCondition | "otherwise", string>> = {
  available: "Nothing is recorded, and a recording may be started.",
  recording: "It records.",
  paused: "A recording is paused.",
  locked: "The room is locked on the server: nothing can be started.",
  prepared: "A recording is prepared on the server, and not started yet.",
  pending: "A press was taken, and the server has not answered yet.",
  failed: "The last press was refused or failed: for 4 s.",
  stale: "Nobody knows: the server has not told the state of the room for too long.",
  otherwise: "Every state that the table leaves out.",
};

/** A table of looks: one for each state of a room. */
export function buildLookSchema(world: MappingVocabulary) {
  const look = z.strictObject({
    color: z
      .union([z.enum(world.colorNames), z.string().regex(/^#[0-9a-fA-F]{6}$/, { abort: true })])
      .optional()
      .describe("Colour, by its name or as #rrggbb (default gray)."),
    text: z
      .string()
      .optional()
      .describe("Text; {room} {label} {status} {elapsed} {pending} {reason} {age} {marks} are filled in."),
    icon: z
      .enum([...world.iconNames, ...world.keptIcons])
      .optional()
      .describe("Symbol (default none)."),
    blink: z.enum(["steady", "slow", "fast", "double"]).optional().describe("Blinking (default steady)."),
  });
  const conditions = Object.fromEntries(
    [...world.lookConditions, "otherwise"].map((condition) => [
      condition,
      look.optional().describe(LOOK_CONDITIONS[condition as keyof typeof LOOK_CONDITIONS]),
    ]),
  );
  return z
    .strictObject(conditions)
    .describe("A look for each state of the room: all of them, or otherwise for the rest.");
}
