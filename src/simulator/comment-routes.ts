import type { Answer } from "./answers.ts";
import { bare, notFound, serverError } from "./answers.ts";
import type { NewMark } from "./marks.ts";
import { addMark, commentRow, marksOf } from "./marks.ts";
import type { Call, JsonObject, Route } from "./route.ts";
import { numberAt, objectOf, SIX, textAt, textOf, wholeOf } from "./route.ts";
import type { ValtVersion } from "./settings.ts";
import { epochSeconds } from "./world.ts";

/** Comments of VALT 6: bare answers, and 500 for every payload that the version does not understand. */
export const commentRoutes: readonly Route[] = [
  { method: "POST", template: "comment", versions: SIX, answer: create },
  { method: "GET", template: "comment/{id}", versions: SIX, answer: tell },
  { method: "GET", template: "comment/record/{rec}", versions: SIX, answer: list },
  { method: "POST", template: "comment/update/{id}", versions: SIX, answer: update },
  { method: "DELETE", template: "comment/{id}", versions: SIX, answer: remove },
];

function create(call: Call): Answer {
  const wanted = readComment(call);
  return wanted === undefined ? serverError : bare(commentRow(call.world, addMark(call.world, wanted)));
}

function tell(call: Call): Answer {
  const mark = call.world.marks.get(numberAt(call, 0));
  return mark === undefined ? notFound : bare(commentRow(call.world, mark));
}

function list(call: Call): Answer {
  const record = call.world.recordings.get(textAt(call, 0));
  if (record === undefined) return notFound;
  return bare(marksOf(call.world, record.id).map((mark) => commentRow(call.world, mark)));
}

function update(call: Call): Answer {
  const mark = call.world.marks.get(numberAt(call, 0));
  if (mark === undefined) return notFound;
  const wanted = readComment(call);
  if (wanted === undefined) return serverError;
  mark.kind = wanted.kind;
  mark.timeSeconds = wanted.timeSeconds;
  mark.endSeconds = wanted.endSeconds;
  mark.text = wanted.text ?? mark.text;
  mark.template = wanted.template ?? mark.template;
  mark.updatedSeconds = epochSeconds(call.world);
  mark.updatedBy = call.account.id;
  return bare(commentRow(call.world, mark));
}

function remove(call: Call): Answer {
  const id = numberAt(call, 0);
  return call.world.marks.delete(id) ? bare({ id }) : notFound;
}

/** The payload as the server's version demands it; undefined when it would answer 500. */
function readComment(call: Call): NewMark | undefined {
  const { world, body } = call;
  const kind = kindOf(body, world.settings.valt);
  const recordId = body.recordId;
  const known = typeof recordId === "string" || typeof recordId === "number";
  const record = known ? world.recordings.get(String(recordId)) : undefined;
  if (kind === undefined || record === undefined) return undefined;
  const timeSeconds = wholeOf(body, kind === "duration" ? "startTime" : "recordTime");
  const endSeconds = kind === "duration" ? wholeOf(body, "endTime") : undefined;
  const endMissing = kind === "duration" && endSeconds === undefined;
  if (timeSeconds === undefined || endMissing) return undefined;
  const template = objectOf(body, "template");
  return {
    recordingId: record.id,
    kind,
    timeSeconds,
    endSeconds,
    text: textOf(body, "message") ?? (template === undefined ? null : (textOf(template, "name") ?? null)),
    template,
    authorId: call.account.id,
  };
}

/**
 * What the vendor's client sent over time: up to 6.4 a template with a name and no type; in 6.5 the same
 * with `type: "simple"`; in 6.6 the type and a message. That 6.3 needs the template, and that 6.5 takes a
 * message instead, is inferred.
 */
function kindOf(body: JsonObject, version: ValtVersion): NewMark["kind"] | undefined {
  const template = objectOf(body, "template");
  if (version === "6.3") return template?.id === undefined ? undefined : "simple";
  const type = body.type;
  return type === "simple" || type === "duration" || type === "transcription" ? type : undefined;
}
