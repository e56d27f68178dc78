import { printable } from "../base/printable.ts";
import { malformedAnswer, type ValtFailure } from "./failure.ts";
import { WRONG_FINGERPRINT } from "./tls.ts";
import { tlsFailure } from "./tls-failure.ts";

/** Thrown at undici to say: this request waited too long, do not write it. */
export class ExpiredInQueue extends Error {
  readonly code = "VALT_EXPIRED_IN_QUEUE";
}

/** How far a request got. `written`: its bytes were handed to a connection, and nothing came back. */
export type Progress = "unconnected" | "queued" | "written" | "answered";

/** Where a request was when it was given up, or something went wrong with its connection. */
export interface Circumstances {
  readonly origin: string;
  readonly progress: Progress;
  /** Monotonic: when its connection ended. */
  readonly nowMs: number;
  /** The server closed its connection, which had been idle, before anything came back. */
  readonly wasStale: boolean;
}

/**
 * What was written before a connection was reset may still be on its way: two seconds in the queues of a crowded
 * network, and three in a kernel (ours, or a router's) that is looking for the hardware address of the next station.
 */
const LONGEST_WAY_MS = 5000;

/** The other end was closed: what has not arrived there by now is refused there. */
export function isClosedByPeer(error: Error): boolean {
  return CLOSED_BY_PEER.has(codeOf(error));
}

const CLOSED_BY_PEER = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** What an error of the socket, of TLS or of the HTTP parser means. */
export function connectionFailure(error: Error, circumstances: Circumstances): ValtFailure {
  const code = codeOf(error);
  const { origin, progress } = circumstances;
  if (code === "VALT_EXPIRED_IN_QUEUE") return TOO_LATE;
  if (code === "UND_ERR_DESTROYED") return closedFailure(circumstances);
  if (code === "UND_ERR_HEADERS_OVERFLOW")
    return malformedAnswer(
      `What answers at ${origin} sends more than 128 KiB of headers (cookies, mostly): look at the web server or the sign-on in front of VALT.`,
    );
  if (error.name === "HTTPParserError") return malformedAnswer(whyNotHttp(error, origin));
  if (progress === "written" || progress === "answered") return brokenOff(error, circumstances);
  const message = whyUnconnected(code, { error, origin });
  return { kind: "unreachable", message, heard: "no", again: "later" };
}

/** The rest of it was not read. */
export function tooLongAnswer(mostBytes: number): ValtFailure {
  return malformedAnswer(
    `The server's answer is longer than ${mostBytes / 1024} KiB, far more than VALT has to say: it was not read.`,
  );
}

/** It is compressed in a way that this side cannot undo, and did not ask for. */
export function unreadableAnswer(compression: string): ValtFailure {
  return malformedAnswer(
    `The server's answer is compressed (${printable(compression.slice(0, 20))}) and cannot be read: switch compression off for /api/v3 in the web server in front of VALT.`,
  );
}

/** What a request ends with that had not been answered when the client was closed. */
export function closedFailure(circumstances: Circumstances): ValtFailure {
  const message = "This client was closed.";
  return { kind: "unreachable", message, ...traceOf(circumstances), again: "never" };
}

/** What a request ends with that is given up at its deadline. */
export function expiredFailure(circumstances: Circumstances, afterMs: number): ValtFailure {
  const { origin, progress } = circumstances;
  const again = "later";
  if (progress === "unconnected") {
    const message = `${origin} did not accept a connection within ${afterMs} ms: is the server on, and the network path open?`;
    return { kind: "unreachable", message, heard: "no", again };
  }
  if (progress === "queued") {
    const message = `All connections to ${origin} were busy for ${afterMs} ms; the request was not sent.`;
    return { kind: "timed-out", message, heard: "no", again };
  }
  const message = `${origin} did not answer within ${afterMs} ms.`;
  return { kind: "timed-out", message, ...traceOf(circumstances), again };
}

/** The request was kept from the wire because its own time limit had passed. */
const TOO_LATE: ValtFailure = {
  kind: "timed-out",
  message: "The request came too late and was not sent.",
  heard: "no",
  again: "never",
};

/** The request was kept from the wire because another address has it. */
export const SENT_ELSEWHERE: ValtFailure = {
  kind: "unreachable",
  message: "The request was sent to another address of the server.",
  heard: "no",
  again: "never",
};

function brokenOff(error: Error, circumstances: Circumstances): ValtFailure {
  const { origin, wasStale } = circumstances;
  const trace = isClosedByPeer(error) ? ({ heard: "maybe" } as const) : traceOf(circumstances);
  const tls = tlsFailure(codeOf(error));
  const message =
    tls === undefined
      ? `The connection to ${origin} broke before the answer was complete.`
      : `${origin} ${tls.what} (${codeOf(error)}): ${tls.remedy}.`;
  return { kind: "unreachable", message, ...trace, again: wasStale ? "now" : "later" };
}

function traceOf({ progress, nowMs }: Circumstances): Pick<ValtFailure, "heard" | "mayArriveUntilMs"> {
  if (progress === "written") return { heard: "maybe", mayArriveUntilMs: nowMs + LONGEST_WAY_MS };
  return { heard: progress === "answered" ? "maybe" : "no" };
}

function whyUnconnected(code: string, { error, origin }: { error: Error; origin: string }): string {
  if (code === WRONG_FINGERPRINT) return error.message;
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `The certificate of ${origin} was made for another name: use the name it was made for, or pin its fingerprint.`;
  }
  if (code === "CERT_HAS_EXPIRED")
    return `The certificate of ${origin} has expired: it must be renewed there.`;
  if (UNTRUSTED.has(code)) {
    return `The certificate of ${origin} is not trusted (${code}): give the authority's CA file, or pin the fingerprint.`;
  }
  const tls = tlsFailure(code);
  if (tls !== undefined) return `${origin} ${tls.what} (${code}): ${tls.remedy}.`;
  return `${origin} cannot be reached: ${REASONS.get(code) ?? `the connection failed (${code})`}.`;
}

/** An alert of TLS is what a server says that expected a greeting of TLS. */
function whyNotHttp(error: Error, origin: string): string {
  const isAlert = "data" in error && String(error.data).startsWith("\x15\x03");
  return isAlert
    ? `${origin} has TLS on this port: write https:// in the address.`
    : `What answers at ${origin} does not speak HTTP.`;
}

const UNTRUSTED = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_UNTRUSTED",
]);

const REASONS = new Map([
  ["ECONNREFUSED", "nothing listens there; is the server running, and is the port right"],
  ["ENOTFOUND", "no such host name; check the address and the name service"],
  ["EAI_AGAIN", "the name service does not answer"],
  ["EHOSTUNREACH", "no route to that host"],
  ["ENETUNREACH", "no route to that network"],
  ["ECONNRESET", "the connection was closed while it was being opened"],
  ["ETIMEDOUT", "no answer to the attempt to connect"],
]);

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "unknown";
}
