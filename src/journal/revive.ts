import { z } from "zod";
import type { Row } from "./chain.ts";
import type { Fact } from "./fact.ts";

/**
 * The fact that a row was made of, as far as stories need it: where a picture was shown there is no picture. Nothing for
 * rows of the journal's own, and for a row that somebody edited beyond recognition.
 */
export function reviveFact(row: Row): Fact | undefined {
  const { atMs, wallMs, kind } = row;
  const { data } = schema.safeParse({ ...readBody(row), ...columnsOf(row), body: readBody(row), kind });
  return data === undefined ? undefined : ({ atMs, wallMs, ...data } as unknown as Fact);
}

function columnsOf({ correlation, device, room, author }: Row) {
  const present = Object.entries({ correlation, device, room, author });
  return Object.fromEntries(present.filter(([, value]) => value !== null));
}

function readBody({ body }: Row): object {
  try {
    return Object(JSON.parse(body)) as object;
  } catch {
    return {};
  }
}

const text = z.string();
/** A touch as its row has it: who spoke on a link stands in the column of authors. */
const touched = {
  correlation: text,
  device: text,
  author: text.optional(),
  source: text,
  gesture: text,
  pressedAtMs: z.number(),
};

function causeOf({
  correlation,
  device,
  source,
  gesture,
  pressedAtMs,
  author,
}: z.output<typeof touchSchema>) {
  const peer = author === undefined || author.startsWith("user ") ? {} : { peer: author };
  return { correlation, device, source, gesture, pressedAtMs, completedAtMs: pressedAtMs, ...peer };
}

const touchSchema = z.object(touched);

const outcome = z.discriminatedUnion("kind", [
  z.looseObject({ kind: z.enum(["done", "already-so", "waiting", "expired"]) }),
  z.looseObject({ kind: z.literal("refused"), reason: text }),
  z
    .object({ kind: z.literal("failed"), failure: text, message: text })
    .transform(({ failure, message }) => ({ kind: "failed", failure: { kind: failure, message } })),
]);

const schema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("device"), device: text, state: text, text }),
  z.object({ kind: z.literal("stuck"), device: text, control: text }),
  z
    .object({ kind: z.literal("lesson"), device: text, state: text, author: text })
    .transform(({ author, ...lesson }) => ({ ...lesson, by: author })),
  z
    .object({ kind: z.literal("press"), ...touched })
    .transform((row) => ({ kind: "press", cause: causeOf(row) })),
  z
    .object({ kind: z.literal("action"), ...touched, action: text, room: text })
    .transform((row) => ({ kind: "action", cause: causeOf(row), action: row.action, room: row.room })),
  z.object({ kind: z.literal("request"), correlation: text, room: text, command: text }),
  z.object({ kind: z.literal("answer"), correlation: text, room: text, command: text, answer: text }),
  z.object({ kind: z.literal("alarm"), alarm: text, state: text, text, room: text.optional() }),
  z.object({ kind: z.literal("server"), server: text, state: text, why: text.optional() }),
  z.object({ kind: z.literal("address"), server: text, address: text, before: text }),
  z
    .object({ kind: z.literal("edit"), what: text, mapping: text, author: text })
    .transform(({ author, ...rest }) => ({ ...rest, by: author, files: [] })),
  z
    .object({ kind: z.literal("outcome"), correlation: text, room: text, body: outcome })
    .transform(({ body, ...rest }) => ({ ...rest, outcome: body })),
  z.object({ kind: z.literal("mark"), correlation: text, room: text, result: text, text }),
  z
    .object({ kind: z.literal("room"), room: text, body: z.looseObject({ knowledge: text }) })
    .transform(({ body, ...rest }) => ({ ...rest, view: body })),
  z
    .object({ kind: z.literal("shown"), device: text, control: text, correlation: text })
    .transform((shown) => ({ ...shown, frame: { kind: "text", text: "" } })),
]);
