import type { RecordingId, ValtRoomId } from "../base/identifiers.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { CommentPayload, ServerFacts } from "./facts.ts";
import { beforeSending, malformedAnswer, type ValtFailure } from "./failure.ts";
import { asFields, type Fields, readId, readList, readNumber, readText, unwrapData } from "./fields.ts";
import { toPathPart } from "./path-part.ts";
import type { Ask, Question } from "./request.ts";
import { generationOf, isAtLeast, type ServerVersion, type VersionSource } from "./version.ts";

/** The nine colours of VALT 5; VALT 6 colours a comment by itself. */
export const MARK_COLORS = [
  "white",
  "gray",
  "red",
  "yellow",
  "purple",
  "cyan",
  "blue",
  "green",
  "orange",
] as const;

/** The colours that the server's markers have. */
export type MarkColor = (typeof MARK_COLORS)[number];

/** A mark that is to be put on a recording. */
export interface NewMark {
  readonly room: ValtRoomId;
  /** The recording that ran when the mark was meant. */
  readonly recordingId: RecordingId;
  /** Since the start of the recording; whole seconds are sent, rounded down. */
  readonly timeSeconds: number;
  readonly text: string;
  readonly color: MarkColor;
}

/** A marker (VALT 5) or comment (VALT 6) as the server lists it. */
export interface Mark {
  readonly id?: string;
  readonly timeSeconds: number;
  readonly text: string;
  readonly color?: string;
}

/** Marks on recordings. Each call takes at most the client's deadline. */
export interface MarkCalls {
  /** A marker or a comment, as the server's version demands. Never lands in another recording. */
  addMark(mark: NewMark): Promise<Result<{ readonly id?: string }, ValtFailure>>;
  /** What is on the recording already, for a look before a mark is sent again. */
  marks(recording: RecordingId): Promise<Result<readonly Mark[], ValtFailure>>;
}

/** The calls, sent by `ask`, in the form that the server's version takes. */
export function createMarkCalls(ask: Ask, versions: VersionSource, facts: ServerFacts): MarkCalls {
  async function chooseForm(): Promise<Result<MarkForm, ValtFailure>> {
    const decided = decideForm(facts, versions.known());
    if (decided !== undefined) return succeed(decided);
    const version = await versions.ask();
    if (!version.ok) return fail(beforeSending(version.failure));
    return succeed(decideForm(facts, version.value) ?? "marker");
  }

  /** The room's form while the room still records what the mark is meant for, and the recording's form otherwise. */
  async function addInRoom(mark: NewMark, what: "markers" | "comments"): Promise<Added> {
    const running = await ask({ path: `rooms/info/${mark.room}`, answer: "long" }, readRunningRecording);
    if (!running.ok) return fail(beforeSending(running.failure));
    if (running.value !== mark.recordingId) return addToRecording(mark, what);
    return ask({ path: `rooms/${mark.room}/record/${what}`, body: writeEvent(mark) }, readMarkId);
  }

  async function addToRecording(mark: NewMark, what: "markers" | "comments"): Promise<Added> {
    const id = toPathPart(mark.recordingId);
    return id.ok ? ask({ path: `records/${id.value}/${what}`, body: writeEvent(mark) }, readMarkId) : id;
  }

  /** The vendor documented the recording's form, and its client used the room's. */
  async function addEarlyComment(mark: NewMark): Promise<Added> {
    const added = await addToRecording(mark, "comments");
    return isUnknownAddress(added) ? addInRoom(mark, "comments") : added;
  }

  async function askEarlyComments(id: string): Promise<Result<readonly Mark[], ValtFailure>> {
    return ask({ path: `records/${id}`, answer: "long" }, (body) =>
      readComments(asFields(unwrapData(body))?.comments),
    );
  }

  return {
    async addMark(mark) {
      const known = decideForm(facts, versions.known());
      const form = known === undefined ? await chooseForm() : succeed(known);
      if (!form.ok) return form;
      if (form.value === "marker")
        return facts.markerForm === "room" ? addInRoom(mark, "markers") : addToRecording(mark, "markers");
      if (form.value === "6.0") return addEarlyComment(mark);
      const added = await ask(writeComment(mark, form.value, facts.commentTemplateId ?? 1), readMarkId);
      return form.value === "6.4" && isUnknownAddress(added) ? addEarlyComment(mark) : added;
    },
    async marks(recording) {
      const form = await chooseForm();
      if (!form.ok) return form;
      const id = toPathPart(recording);
      if (!id.ok) return id;
      if (form.value === "marker")
        return ask({ path: `records/${id.value}/markers`, answer: "long" }, readMarkers);
      if (form.value === "6.0") return askEarlyComments(id.value);
      const listed = await ask({ path: `comment/record/${id.value}`, answer: "long" }, readComments);
      return form.value === "6.4" && isUnknownAddress(listed) ? askEarlyComments(id.value) : listed;
    },
  };
}

type Added = Result<{ readonly id?: string }, ValtFailure>;

/** Nothing was done: the same may be asked for at another address. */
function isUnknownAddress(outcome: Result<unknown, ValtFailure>): boolean {
  return !outcome.ok && (outcome.failure.kind === "not-found" || outcome.failure.httpStatus === 405);
}

function writeEvent(mark: NewMark): Record<string, unknown> {
  return { event: mark.text, time: wholeSeconds(mark), color: mark.color };
}

type MarkForm = "marker" | CommentPayload;

/** `undefined`: it depends on a version that is not known yet. */
function decideForm(facts: ServerFacts, version: ServerVersion | undefined): MarkForm | undefined {
  const payload = facts.commentPayload ?? "auto";
  if (payload !== "auto") return payload;
  if (version === undefined) return undefined;
  if (generationOf(version) === 5) return "marker";
  if (isAtLeast(version, 6, 6)) return "6.6";
  return isAtLeast(version, 6, 5) ? "6.5" : "6.4";
}

/** Rounded down: a time beyond the end of the recording is answered with an error. */
function wholeSeconds({ timeSeconds }: NewMark): number {
  return Math.max(0, Math.floor(timeSeconds));
}

/**
 * The three shapes of `comment` that the vendor's client has used. Up to 6.5 the text travels as the name of a
 * template; a wrong shape is answered with 500.
 */
function writeComment(mark: NewMark, payload: Exclude<CommentPayload, "6.0">, templateId: number): Question {
  const place = { recordTime: wholeSeconds(mark), recordId: spellRecordingId(mark.recordingId) };
  const template = { id: templateId, data: [], name: mark.text };
  switch (payload) {
    case "6.4":
      return { path: "comment", body: { ...place, template } };
    case "6.5":
      return { path: "comment", body: { ...place, type: "simple", template } };
    case "6.6":
      return { path: "comment", body: { ...place, type: "simple", message: mark.text } };
  }
}

/** The server gave a number or a UUID, and gets back what it gave. */
function spellRecordingId(id: RecordingId): string | number {
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : id;
}

function readMarkId(body: unknown): Result<{ readonly id?: string }, ValtFailure> {
  const data = asFields(unwrapData(body));
  if (data === undefined)
    return fail(malformedAnswer("The server's answer does not say whether it added the mark."));
  const id = readId(data, "id");
  return succeed(id === undefined ? {} : { id: String(id) });
}

function readRunningRecording(body: unknown): Result<string | undefined, ValtFailure> {
  const data = asFields(unwrapData(body));
  if (data === undefined) return fail(malformedAnswer("The server's answer does not describe a room."));
  const recording = asFields(data.recording);
  const id = recording === undefined ? undefined : readId(recording, "id");
  return succeed(id === undefined ? undefined : String(id));
}

function readMarkers(body: unknown): Result<readonly Mark[], ValtFailure> {
  const list = readList(body, "markers");
  if (list === undefined) return fail(malformedAnswer("The server's answer carries no list of markers."));
  return succeed(list.flatMap((marker) => readMark(marker, readText(marker, "event")) ?? []));
}

/** The text is where the payload of the day put it. */
function readComments(body: unknown): Result<readonly Mark[], ValtFailure> {
  const list = readList(body, "comments");
  if (list === undefined) return fail(malformedAnswer("The server's answer carries no list of comments."));
  return succeed(
    list.flatMap((comment) => {
      const template = asFields(comment.template);
      const name = template === undefined ? undefined : readText(template, "name");
      const text = readText(comment, "message") || name || readText(comment, "event");
      return readMark(comment, text) ?? [];
    }),
  );
}

function readMark(fields: Fields, text: string | undefined): Mark | undefined {
  const timeSeconds =
    readNumber(fields, "time") ?? readNumber(fields, "recordTime") ?? readNumber(fields, "startTime");
  if (timeSeconds === undefined) return undefined;
  const id = readId(fields, "id");
  const color = readText(fields, "color");
  return {
    timeSeconds,
    text: text ?? "",
    ...(id === undefined ? {} : { id: String(id) }),
    ...(color === undefined ? {} : { color }),
  };
}
