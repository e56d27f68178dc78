import { z } from "zod";

/** Words that stand for an action as they are. */
const actionWords = [
  "start",
  "stop",
  "toggle",
  "pause",
  "resume",
  "toggle-pause",
  "lock",
  "unlock",
  "toggle-lock",
] as const;

/** What a device may be allowed to do. */
export const permissions = [
  "start",
  "stop",
  "pause",
  "resume",
  "mark",
  "lock",
  "unlock",
  "apply-preset",
] as const;

const recordingSchema = z
  .strictObject({
    name: z
      .string()
      .optional()
      .describe("Name of the recording; {room} {date} {time} {count} are filled in."),
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

export function buildActionSchema(markColors: readonly [string, ...string[]]) {
  const word = z.enum(actionWords);
  const small = z.strictObject({
    do: word.optional().describe("An action that needs no more than its word, to go with a room."),
    start: recordingSchema.optional().describe("Start a recording with these particulars."),
    toggle: recordingSchema.optional().describe("Start with these particulars, or stop."),
    mark: z.string().min(1).optional().describe("Put a mark with this text into the running recording."),
    color: z.enum(markColors).optional().describe("Colour of the mark (VALT 5; default red)."),
    "apply-preset": z.string().min(1).optional().describe("Id of the camera preset to move to."),
    camera: z.int().positive().optional().describe("Camera id that the preset belongs to."),
    page: z.string().optional().describe("Page of this panel to turn to; first is where it begins."),
    room: z.string().optional().describe("Short name of the room, when it is not the device's own."),
  });
  const one = z.union([word, small]);
  return z
    .union([word, small, z.array(one).min(1)])
    .describe("An action, or a list of actions that are carried out together.");
}

export type ActionDocument = z.output<ReturnType<typeof buildActionSchema>>;
export type SmallAction = Exclude<ActionDocument, string | readonly unknown[]>;
