import { TLSSocket } from "node:tls";
import type { buildConnector } from "undici";
import type { Clock } from "../base/clock.ts";
import { createResetWhenKilled } from "./reset-when-killed.ts";
import { ResettingSocket } from "./resetting-socket.ts";
import * as undici from "./undici.ts";

/** How the server's certificate is checked. Self-signed ones are common in front of VALT. */
export type TlsSettings =
  /** Against the machine's certificate authorities. */
  | { readonly verify: "system" }
  /** Against these authorities only, PEM text; the host name must match too. */
  | { readonly verify: "ca-file"; readonly caPem: string }
  /** By the SHA-256 of the server's own certificate, hex with or without colons; nothing else is checked. */
  | { readonly verify: "fingerprint"; readonly sha256: string }
  /** Not at all: whoever is on the path can pose as the server, and read the password. */
  | { readonly verify: "insecure" }
  /** There is none: the address is `http://`, and everything travels in clear text. */
  | { readonly verify: "none" };

/**
 * Begins to open a connection. Destroying what it returns ends the attempt, and later the connection; the callback gets
 * what requests are written to, which is the same socket or TLS over it.
 */
export type OpenConnection = (
  options: buildConnector.Options,
  callback: buildConnector.Callback,
) => ResettingSocket;

/**
 * Opens connections, checking certificates as told. Throws `TypeError` for settings that cannot
 * mean anything, such as a fingerprint of the wrong length.
 */
export function createConnector(tls: TlsSettings, clock: Clock): OpenConnection {
  const resetWhenKilled = createResetWhenKilled(clock);
  const handshake = createHandshake(tls);
  return (options, callback) => {
    const isSecure = options.protocol === "https:";
    const socket = new ResettingSocket();
    let isDone = false;
    const done: buildConnector.Callback = (...outcome) => {
      if (isDone) return;
      isDone = true;
      callback(...outcome);
    };
    socket.setNoDelay(true).setKeepAlive(true, KEEP_ALIVE_MS);
    socket.on("error", (error) => done(error, null));
    socket.once("close", () => done(CLOSED_EARLY, null));
    socket.once("connect", () => {
      resetWhenKilled(socket);
      if (isSecure) handshake({ ...options, httpSocket: socket }, done);
      else done(null, socket);
    });
    const port = options.port === "" ? (isSecure ? 443 : 80) : Number(options.port);
    return socket.connect({ host: options.hostname, port });
  };
}

const CLOSED_EARLY = Object.assign(new Error("closed while it was being opened"), { code: "ECONNRESET" });

/** Firewalls forget connections on which nothing is said. */
const KEEP_ALIVE_MS = 60_000;

/** TLS over a connection that stands. No limits of time: whoever waits for it has one. */
function createHandshake(tls: TlsSettings): buildConnector.connector {
  const timeout = 0;
  switch (tls.verify) {
    case "system":
    case "none":
      return undici.buildConnector({ timeout, rejectUnauthorized: true });
    case "ca-file":
      return undici.buildConnector({ timeout, rejectUnauthorized: true, ca: tls.caPem });
    case "insecure":
      return undici.buildConnector({ timeout, rejectUnauthorized: false });
    case "fingerprint":
      return pinnedHandshake(readFingerprint(tls.sha256));
  }
}

/** Told apart by its code, like the errors of Node's own TLS. */
export const WRONG_FINGERPRINT = "VALT_WRONG_FINGERPRINT";

function readFingerprint(text: string): string {
  const hex = text.replaceAll(/[:\s]/g, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw new TypeError("a certificate fingerprint is the SHA-256 of the certificate: 64 hexadecimal digits");
  }
  return hex;
}

/**
 * The check runs before undici gets the socket, so nothing is sent to a server that is not the right one. No session is
 * resumed: each connection shows its certificate anew.
 */
function pinnedHandshake(wanted: string): buildConnector.connector {
  const handshake = undici.buildConnector({ timeout: 0, rejectUnauthorized: false, maxCachedSessions: 0 });
  return (options, callback) =>
    handshake(options, (error, socket) => {
      if (error !== null) return callback(error, null);
      if (!(socket instanceof TLSSocket)) return callback(new Error("not a TLS connection"), null);
      const seen = fingerprintOf(socket);
      if (seen === wanted) return callback(null, socket);
      socket.destroy();
      callback(wrongFingerprint(seen), null);
    });
}

function fingerprintOf(socket: TLSSocket): string {
  return (socket.getPeerCertificate().fingerprint256 ?? "").replaceAll(":", "").toLowerCase();
}

function wrongFingerprint(seen: string): Error {
  const pairs = seen.toUpperCase().match(/../g)?.join(":") ?? "none";
  const message = `The server's certificate has the fingerprint ${pairs}, which is not the pinned one.`;
  return Object.assign(new Error(message), { code: WRONG_FINGERPRINT });
}
