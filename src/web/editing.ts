import type { Context, Hono } from "hono";
import { z } from "zod";
import type { Clock } from "../base/clock.ts";
import { deviceId } from "../base/identifiers.ts";
import { parseJson } from "../base/json.ts";
import { RateLimiter } from "../base/rate-limiter.ts";
import { redact } from "../base/redact.ts";
import type { ConsoleSource } from "../bridge/console-source.ts";
import {
  type EditAnswer,
  type EditorPerson,
  type MappingEditor,
  type MappingFile,
  type NotExamined,
  type Previewed,
  TRIAL_MINUTES,
} from "../bridge/mapping-editor.ts";
import type { Phrase } from "../language/phrases.ts";
import type { Bindings } from "./bindings.ts";
import { describeControls, describeLamp } from "./describe-device.ts";
import { describeProblem } from "./describe-problem.ts";
import type { Visitor } from "./entrance.ts";
import { EDIT_LIMITS } from "./message-rules.ts";
import { type EditResult, type Edits, type FileInfo, PREVIEWED } from "./page/editing.ts";
import { encodePicture } from "./picture.ts";

interface EditingParts {
  readonly clock: Clock;
  readonly source: Pick<ConsoleSource, "editor">;
}

type EditName = keyof Edits;

/** A mapping has up to 1 MB, and JSON writes some characters as six. */
const MOST_BYTES = 4_194_304;

/** The editor's questions: JSON over HTTP, since a mapping is longer than a message of a page may be. */
export function addEditing(app: Hono<Bindings>, { clock, source }: EditingParts): void {
  const { editor } = source;
  const limits = new Map(
    Object.entries(EDIT_LIMITS).map(([what, limit]) => [what, new RateLimiter(limit, clock)]),
  );
  const refuse = (asked: Context<Bindings>, what: keyof typeof EDIT_LIMITS) => {
    const visitor = asked.get("visitor");
    if (editor === undefined) return asked.json({ failure: NO_EDITOR }, 404);
    if (visitor.right !== "edit") return asked.json({ failure: MAY_NOT_EDIT }, 403);
    if (limits.get(what)?.take(visitor.session) !== true) return asked.json({ failure: TOO_OFTEN }, 429);
    return undefined;
  };
  app.get("/edit/schema", async (asked) => {
    const refusal = refuse(asked, "schema");
    if (refusal !== undefined || editor === undefined) return refusal ?? asked.notFound();
    const schema = await editor.schema();
    if (typeof schema !== "string") return asked.json(schema, 503);
    return asked.body(schema, 200, { "content-type": "application/json; charset=utf-8" });
  });
  for (const what of Object.keys(answers) as EditName[])
    app.post(`/edit/${what}`, async (asked) => {
      const refusal = refuse(asked, what);
      if (refusal !== undefined || editor === undefined) return refusal ?? asked.notFound();
      if (Number(asked.req.header("content-length") ?? Infinity) > MOST_BYTES)
        return asked.json({ failure: TOO_LONG }, 413);
      const question = questions[what].safeParse(parse(await asked.req.text().catch(() => "")));
      if (!question.success) return asked.json({ failure: NOT_UNDERSTOOD }, 400);
      const answer = await answers[what](editor, question.data as never, personOf(asked.get("visitor")));
      return "failure" in answer ? asked.json({ failure: redact(answer.failure) }, 503) : asked.json(answer);
    });
}

const NO_EDITOR: Phrase = "The mapping cannot be edited here.";
const MAY_NOT_EDIT: Phrase = "This session may not edit the mapping.";
const TOO_OFTEN: Phrase = "Asked too often: try again in a moment.";
const TOO_LONG: Phrase = "The text is too long.";
const NOT_UNDERSTOOD: Phrase = "The bridge did not understand this.";

/** Whoever came without a token may not have the account's password sent elsewhere. */
function personOf({ session, how }: Visitor): EditorPerson {
  return { id: `web:${session}`, mayMoveServer: how !== "open-door" };
}

/** Of a question only the texts are long: 50 files need less. */
const MOST_PARTS = 1000;

/** Nothing for what is no question: a million of lists would take long to be made. */
function parse(text: string): unknown {
  return hasFewParts(text) ? parseJson(text) : undefined;
}

/** Looks at every letter, and steps over texts. */
function hasFewParts(text: string): boolean {
  let parts = 0;
  let isInText = false;
  for (let at = 0; at < text.length && parts <= MOST_PARTS; at++) {
    const letter = text.charCodeAt(at);
    if (letter === QUOTE) isInText = !isInText;
    else if (isInText) at += letter === BACKSLASH ? 1 : 0;
    else if (letter === COMMA || letter === BRACKET || letter === BRACE) parts += 1;
  }
  return parts <= MOST_PARTS;
}

const [QUOTE, COMMA, BRACKET, BACKSLASH, BRACE] = [0x22, 0x2c, 0x5b, 0x5c, 0x7b];

const files = z
  .array(
    z.strictObject({
      name: z.string().max(300),
      text: z.string().max(1_048_576),
      sum: z.string().max(64),
    }),
  )
  .max(50);

const questions = {
  files: z.strictObject({}),
  check: z.strictObject({ files }),
  preview: z.strictObject({ files, device: z.string().max(200), status: z.enum(PREVIEWED) }),
  try: z.strictObject({ files, minutes: z.number().min(TRIAL_MINUTES.least).max(TRIAL_MINUTES.most) }),
  "take-back": z.strictObject({}),
  save: z.strictObject({ files }),
} as const satisfies { readonly [Name in EditName]: z.ZodType<Edits[Name]["question"]> };

const answers: {
  readonly [Name in EditName]: (
    editor: MappingEditor,
    question: z.output<(typeof questions)[Name]>,
    person: EditorPerson,
  ) => Promise<Edits[Name]["answer"] | NotExamined>;
} = {
  async files(editor) {
    const found = await editor.files();
    return "failure" in found ? found : { files: found.map(describeFile) };
  },
  async check(editor, { files: edited }) {
    const checked = await editor.check(textsOf(edited));
    if ("failure" in checked) return checked;
    const { problems, advice, isSound, devices } = checked;
    return { problems: problems.map(describeProblem), advice: advice.map(redact), isSound, devices };
  },
  async preview(editor, { files: edited, device, status }) {
    const drawn = await editor.preview(textsOf(edited), deviceId(device), status);
    if (drawn === undefined) return { failure: NOT_DRAWN };
    return "failure" in drawn ? drawn : describePreview(device, drawn);
  },
  try: async (editor, { files: edited, minutes }, person) =>
    describeResult(await editor.try(textsOf(edited), minutes, person)),
  "take-back": async (editor, _, person) => describeResult(await editor.takeBack(person)),
  save: async (editor, { files: edited }, person) => describeResult(await editor.save(edited, person)),
};

const NOT_DRAWN: Phrase = "What this device has is known once it is there.";

function textsOf(edited: readonly MappingFile[]): ReadonlyMap<string, string> {
  return new Map(edited.map(({ name, text }) => [name, text]));
}

/** A text with asterisks in it would be saved with them. */
function describeFile({ name, text, sum }: MappingFile): FileInfo {
  const shown = redact(text);
  return { name, text: shown, sum, isHidden: shown !== text };
}

function describePreview(device: string, { controls, frames }: Previewed): Edits["preview"]["answer"] {
  const all = [...frames];
  return {
    controls: describeControls(controls),
    lamps: all.flatMap(([control, frame]) => describeLamp(device, control, frame) ?? []),
    pictures: all.flatMap(([control, frame]) =>
      frame.kind === "image" ? [{ control, png: Buffer.from(encodePicture(frame)).toString("base64") }] : [],
    ),
  };
}

function describeResult(answer: EditAnswer): EditResult {
  switch (answer.kind) {
    case "has-errors":
      return { kind: answer.kind, problems: answer.problems.map(describeProblem) };
    case "changed":
      return { kind: answer.kind, files: answer.files.map(describeFile) };
    case "failed":
      return { kind: answer.kind, why: redact(answer.why) };
    default:
      return answer;
  }
}
