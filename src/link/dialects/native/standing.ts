import { z } from "zod";
import { roomName } from "../../../base/identifiers.ts";
import { STATE_WORDS } from "../../room-line.ts";
import type { NativePeer } from "./peers.ts";

/** Monotonic times compare within a boot, and no connection outlives one. */
const repeatingSchema = z.object({ everyMs: z.number(), nextMs: z.number() });
const roomSchema = z.string().transform(roomName);

/** Another version reads none of it: the client connects anew. */
const standingSchema = z.object({
  format: z.literal(1),
  subscriptions: z.array(z.tuple([z.string(), repeatingSchema.nullable()])),
  followed: z.array(roomSchema),
  names: z.array(z.tuple([roomSchema, z.string()])),
  said: z.array(z.tuple([roomSchema, z.enum(STATE_WORDS)])),
  alarmed: z.array(z.string()),
  beat: repeatingSchema.nullable(),
});

/** A client, in a form for JSON. */
export function writeStanding(one: NativePeer): z.input<typeof standingSchema> {
  return {
    format: 1,
    subscriptions: [...one.subscriptions].map(([said, repeating]) => [said, repeating ?? null]),
    followed: [...one.followed.keys()],
    names: [...one.names],
    said: [...one.said],
    alarmed: [...one.alarmed],
    beat: one.beat ?? null,
  };
}

/** Makes a client what it was; false when that cannot be read. Commands that were followed have ended with their process. */
export function readStanding(standing: unknown, one: NativePeer): boolean {
  const { success, data } = standingSchema.safeParse(standing);
  if (!success) return false;
  for (const [said, repeating] of data.subscriptions) one.subscriptions.set(said, repeating ?? undefined);
  for (const room of data.followed) one.followed.set(room, 0);
  for (const [room, name] of data.names) one.names.set(room, name);
  for (const [room, word] of data.said) one.said.set(room, word);
  for (const subject of data.alarmed) one.alarmed.add(subject);
  one.beat = data.beat ?? undefined;
  return true;
}
