import { errorCode, errorText } from "../../src/base/error-text.ts";
import type { OpenFailure } from "../../src/driver/contract.ts";

/** Names the place and what a person can do, for an error of the operating system or of its port library. */
export function openFailure(error: unknown, place: string): OpenFailure {
  const words = `${errorCode(error)} ${errorText(error)}`;
  const known = KNOWN.find((one) => one.words.test(words));
  if (known === undefined) return { reason: "failed", message: `${place}: ${errorText(error)}.` };
  return { reason: known.reason, message: `${place}: ${known.text}.` };
}

/** Somebody who closes the connection at once may say why, as ser2net does to a second client. */
export function refusalOf(
  place: string,
  { why, said }: { readonly why: string; readonly said: string },
): OpenFailure {
  // What else came are old bytes, or the telnet side of the connection.
  const words = /[\x20-\x7e]{4,}/.exec(said)?.[0].trim() ?? "";
  if (words === "") return { reason: "failed", message: `${place}: ${why}.` };
  const isTaken = /\b(?:in use|busy|occupied|too many)\b/i.test(words);
  const remedy = isTaken ? "; end the other connection, or let the server take several" : "";
  return {
    reason: isTaken ? "in-use" : "failed",
    message: `${place}: ${why}, and said "${words}"${remedy}.`,
  };
}

interface KnownReason {
  readonly words: RegExp;
  readonly reason: OpenFailure["reason"];
  readonly text: string;
}

// The port library speaks in the words of strerror, sockets in codes.
const KNOWN: readonly KnownReason[] = [
  {
    words: /cannot lock port|device or resource busy|EBUSY|access denied/i,
    reason: "in-use",
    text: "another program has the port open; stop that program (ModemManager is a usual one)",
  },
  {
    words: /permission denied/i,
    reason: "not-permitted",
    text: "this account may not open the port; make it a member of the group dialout (uucp on some systems) and log in again",
  },
  {
    words: /no such file|no such device|ENOENT|ENODEV|ENXIO|file not found/i,
    reason: "not-found",
    text: "there is no such port now; check the cable, and the name with: ls -l /dev/serial/by-id",
  },
  {
    words: /inappropriate ioctl|invalid argument|not a tty|ENOTTY/i,
    reason: "unsupported",
    text: "this is no serial port, or it cannot be set to these parameters",
  },
  {
    words: /EADDRINUSE/,
    reason: "in-use",
    text: "the port is taken by another program; stop that program or name another port",
  },
  {
    words: /EACCES/,
    reason: "not-permitted",
    text: "the operating system does not permit this port; ports below 1024 need a privilege, name a higher one",
  },
  {
    words: /EADDRNOTAVAIL/,
    reason: "not-found",
    text: "this machine has no such address; name one of its own, or 0.0.0.0 for all",
  },
  {
    words: /ENOTFOUND|EAI_AGAIN/,
    reason: "not-found",
    text: "no machine of that name is known; check the name or use its address",
  },
  {
    words: /ECONNREFUSED/,
    reason: "not-found",
    text: "nothing listens there; a device server that allows one connection refuses a second one, or has not noticed the end of the first yet",
  },
  {
    words: /ETIMEDOUT|EHOSTUNREACH|ENETUNREACH/,
    reason: "not-found",
    text: "it does not answer; check that the machine is on and reachable",
  },
];
