import { printableSentence } from "../base/printable.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { failureOfStatus, malformedAnswer, type ValtFailure } from "./failure.ts";
import { asFields, asList, type Fields, readFlag, readNumber } from "./fields.ts";
import type { JsonFault, Parsed } from "./json-text.ts";

/** The server's five words for what a room is doing. */
export type RoomStatus = (typeof ROOM_STATUSES)[number];

/** In the order of the vendor's codes 1 to 5. */
export const ROOM_STATUSES = ["available", "recording", "paused", "locked", "prepared"] as const;

export function asRoomStatus(text: unknown): RoomStatus | undefined {
  const word = String(text).trim().toLowerCase();
  return ROOM_STATUSES.find((status) => status === word);
}

/** What came back over HTTP, whole and unread. */
export interface Answer {
  readonly httpStatus: number;
  readonly text: string;
  /** Where a redirect points to. */
  readonly location?: string | undefined;
}

/**
 * Tells a success from a failure, whichever of its many shapes the server chose, and gives the
 * body of a success.  The shapes are the vendor's; several contradict the HTTP status.
 */
export function judge(answer: Answer, parsed: Parsed): Result<unknown, ValtFailure> {
  const { httpStatus, text } = answer;
  if (httpStatus >= 300 && httpStatus < 400) return fail(redirected(answer));
  if (text === "") return httpStatus < 300 ? fail(emptyAnswer(httpStatus)) : fail(bareStatus(httpStatus));
  if (!parsed.ok) return fail(notJson(answer, parsed.failure));
  const body = parsed.value;
  const status = httpStatus >= 400 ? httpStatus : statedFailure(body);
  if (status === undefined) return succeed(body);
  return fail({ ...failureOfStatus(status, statedMessage(body) ?? tellStatus(status)), httpStatus });
}

/** Longer texts of the server are cut: they end up on key caps and in logs. */
const LONGEST_MESSAGE = 200;

/** A body that says "failed" without a code was refused on purpose: elsewhere that is a 400. */
const REFUSED = 400;

/**
 * The status that a body states under an HTTP 200. Seen: `error` as object or text, `code` beside
 * `data`, flags that are false in `data`, and the problem details of RFC 7807 (`status` a number).
 */
function statedFailure(body: unknown): number | undefined {
  const fields = asFields(body);
  if (fields === undefined) return undefined;
  const code =
    failureCode(fields, "code") ??
    failureCode(asFields(fields.error) ?? {}, "code") ??
    failureCode(fields, "status");
  if (code !== undefined) return code;
  const failed = isErrorSaid(fields) || hasFalseFlag(fields) || hasFalseFlag(asFields(fields.data) ?? {});
  return failed ? REFUSED : undefined;
}

function failureCode(fields: Fields, key: string): number | undefined {
  const value = readNumber(fields, key);
  return value !== undefined && value >= 400 && value < 600 ? value : undefined;
}

/** PHP writes an empty list where others write nothing. */
function isErrorSaid(fields: Fields): boolean {
  const { error } = fields;
  const isEmpty = error === undefined || error === null || error === "" || asList(error)?.length === 0;
  return !isEmpty && readFlag(fields, "error") !== false;
}

/** `data.status` of a room is a word that is no flag. */
function hasFalseFlag(fields: Fields): boolean {
  return FLAGS.some((flag) => readFlag(fields, flag) === false);
}

const FLAGS = ["status", "start", "marker_add", "comment_add", "success"];

function statedMessage(body: unknown): string | undefined {
  const fields = asFields(body) ?? {};
  const candidates = [
    asFields(fields.error)?.message,
    fields.error,
    asFields(fields.data)?.message,
    fields.data,
    fields.message,
    fields.detail,
    fields.title,
  ];
  const said = candidates.find((candidate) => typeof candidate === "string" && candidate.trim() !== "");
  return typeof said === "string" ? tidy(said) : undefined;
}

/** One printable line, at most `LONGEST_MESSAGE` long. */
export function tidy(text: string): string {
  const line = printableSentence(text);
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE - 1)}…` : line;
}

function notJson({ httpStatus, text }: Answer, fault: JsonFault): ValtFailure {
  const isPage = text.trimStart().startsWith("<");
  if (httpStatus >= 400) return bareStatus(httpStatus);
  if (isPage) {
    const hint = "is the address that of the VALT server itself?";
    return malformedAnswer(`The server answered with a web page instead of data: ${hint}`, httpStatus);
  }
  if (fault === "damaged")
    return malformedAnswer("The server's answer is damaged or cut off: it is not JSON.", httpStatus);
  return malformedAnswer(`The server's answer is no answer of VALT (${fault}): it was not read.`, httpStatus);
}

function emptyAnswer(httpStatus: number): ValtFailure {
  return malformedAnswer("The server's answer is empty.", httpStatus);
}

function bareStatus(httpStatus: number): ValtFailure {
  return failureOfStatus(httpStatus, tellStatus(httpStatus));
}

/** The words for a status when the server gave none of its own. */
function tellStatus(status: number): string {
  if (status === 401) return "The server does not accept the session.";
  if (status === 403) return "The VALT account does not have the right to do this.";
  if (status === 404) return "The server does not know this room, recording or address (404).";
  if (status === 429) return "The server asks for fewer requests (429).";
  if (status === 502 || status === 503 || status === 504) {
    return `The VALT server is offline or restarting (${status} from the web server in front of it).`;
  }
  if (status >= 500) return `The VALT server reports an internal error (${status}).`;
  return `The server refused the request (${status}).`;
}

/** The target is named without path and query: a redirect repeats the token. */
function redirected({ httpStatus, location }: Answer): ValtFailure {
  const target = location !== undefined && URL.canParse(location) ? new URL(location).origin : undefined;
  const hint = target === undefined ? "" : ` to ${target}: set that as the server's address`;
  return failureOfStatus(httpStatus, `The server redirects (${httpStatus})${hint}.`);
}
