import { printableSentence } from "../base/printable.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { beforeFirst, withoutTrailing } from "../base/text.ts";
import { failureOfStatus, malformedAnswer, type ValtFailure } from "./failure.ts";
import { asFields, asList, type Fields, readFlag, readNumber } from "./fields.ts";
import type { JsonFault, Parsed } from "./json-text.ts";
import { fatalError } from "./php-notices.ts";

/** The server's five words for what a room is doing. */
export type RoomStatus = (typeof ROOM_STATUSES)[number];

/** In the order of the vendor's codes 1 to 5. */
export const ROOM_STATUSES = ["available", "recording", "paused", "locked", "prepared"] as const;

/** One of the server's five words, in any case; nothing for another one. */
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
  /** How the web server wants to be logged in to: `WWW-Authenticate`. */
  readonly challenge?: string | undefined;
}

/**
 * Tells a success from a failure, whichever of its many shapes the server chose, and gives the
 * body of a success.  The shapes are the vendor's; several contradict the HTTP status.
 */
export function judge(answer: Answer, parsed: Parsed): Result<unknown, ValtFailure> {
  const { httpStatus, text } = answer;
  if (httpStatus >= 300 && httpStatus < 400) return fail(redirected(answer));
  if (text === "") return httpStatus < 300 ? fail(emptyAnswer(httpStatus)) : fail(bareStatus(answer));
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

function notJson(answer: Answer, fault: JsonFault): ValtFailure {
  const { httpStatus, text } = answer;
  const fatal = fatalError(text);
  if (fatal !== undefined) {
    const message = `VALT's own program broke off (PHP: ${tidy(fatal)}): its server's log says more.`;
    return { ...failureOfStatus(500, message), httpStatus };
  }
  if (text.trimStart().startsWith("<")) return notData(answer);
  if (httpStatus >= 400) return bareStatus(answer);
  if (fault === "damaged")
    return malformedAnswer("The server's answer is damaged or cut off: it is not JSON.", httpStatus);
  return malformedAnswer(`The server's answer is no answer of VALT (${fault}): it was not read.`, httpStatus);
}

/** VALT's interface answers with JSON: a page comes from something before it, or from another place of the server. */
function notData(answer: Answer): ValtFailure {
  const { httpStatus, text } = answer;
  const title = /<title[^<>]{0,100}>([^<]{1,200})/i.exec(text)?.[1]?.trim() ?? "";
  const page = title === "" ? "a web page" : `a web page ("${tidy(title)}")`;
  if (PLAIN_TO_TLS.test(text))
    return inFront(httpStatus, "The server has TLS on this port: write https:// in its address.");
  // A text that somebody typed may be what it objects to: the same again does not help, another request may.
  if (httpStatus === 403) return { ...failureOfStatus(403, refusedOnTheWay(page)), again: "later" };
  if (httpStatus >= 400) return bareStatus(answer);
  if (SIGN_IN.test(text))
    return inFront(httpStatus, `The server answered with ${page} that wants people to sign in: ${EXCEPT}.`);
  const hint = "is the address that of the VALT server itself?";
  return malformedAnswer(`The server answered with ${page} instead of data: ${hint}`, httpStatus);
}

function refusedOnTheWay(page: string): string {
  return `A firewall or proxy in front of VALT refuses the request with ${page} (403): let /api/v3 pass there.`;
}

const PLAIN_TO_TLS = /plain HTTP (?:request was sent )?to (?:an )?(?:HTTPS|SSL)/i;
const SIGN_IN = /type=["']?password|name=["']?(?:SAMLRequest|SAMLResponse|RelayState|wresult)\b/i;
const EXCEPT = "single sign-on in front of VALT lets no program in; ask for /api/v3 to be excepted from it";

/** What is in the way answered, and VALT most likely did not hear of it. */
function inFront(httpStatus: number, message: string): ValtFailure {
  return { kind: "unreachable", message, heard: "maybe", again: "later", httpStatus };
}

function emptyAnswer(httpStatus: number): ValtFailure {
  return malformedAnswer("The server's answer is empty.", httpStatus);
}

function bareStatus({ httpStatus, challenge }: Answer): ValtFailure {
  if (httpStatus === 401 && challenge !== undefined) {
    const scheme = tidy(challenge.split(" ", 1)[0] ?? "");
    return inFront(
      401,
      `The web server in front of VALT wants a login of its own (${scheme}): let /api/v3 pass there.`,
    );
  }
  if (httpStatus === 407)
    return inFront(407, "A proxy on the way wants a login (407): let requests to VALT go past it.");
  return failureOfStatus(httpStatus, tellStatus(httpStatus));
}

/** The words for a status when the server gave none of its own. */
function tellStatus(status: number): string {
  if (status === 401) return "The server does not accept the session.";
  if (status === 403) return "The VALT account does not have the right to do this.";
  if (status === 404) return "The server does not know this room, recording or address (404).";
  if (status === 511) return "The network wants somebody to sign in first (511).";
  if (status === 429) return "The server asks for fewer requests (429).";
  if ((status >= 502 && status <= 504) || (status >= 520 && status <= 530)) {
    return `The VALT server is offline or restarting (${status} from the web server in front of it).`;
  }
  if (status >= 500) return `The VALT server reports an internal error (${status}).`;
  return `The server refused the request (${status}).`;
}

/** The target is named without path and query: a redirect repeats the token. */
function redirected({ httpStatus, location = "" }: Answer): ValtFailure {
  const target = URL.canParse(location) ? new URL(location) : undefined;
  const place = target?.origin ?? "another page of its own";
  const says = `The server redirects (${httpStatus}) to ${place}`;
  const folder = folderOfApi(target?.pathname ?? location);
  if (folder === undefined) return inFront(httpStatus, `${says}: ${EXCEPT}.`);
  if (target !== undefined) return inFront(httpStatus, `${says}${folder}: set that as the server's address.`);
  return inFront(httpStatus, `${says}: VALT must answer below /api/v3 without that.`);
}

/** What comes before `/api/v3` in a path without query; undefined when it is not in there. */
function folderOfApi(path: string): string | undefined {
  const bare = beforeFirst(beforeFirst(path, "?"), "#");
  const at = `${bare}/`.indexOf("/api/v3/");
  return at === -1 ? undefined : withoutTrailing(bare.slice(0, at), "/");
}
