import { TLSSocket } from "node:tls";
import type { buildConnector } from "undici";
import * as undici from "./undici.ts";

/** How the server's certificate is checked. Self-signed ones are common in front of VALT. */
export type TlsSettings =
  /** Against the machine's certificate authorities. */
  | { readonly verify: "system" }
  /** Against these authorities only, PEM text; the host name must match too. */
  | { readonly verify: "ca-file"; readonly caPem: string }
  /** By the SHA-256 of the server's own certificate, hex with or without colons; nothing else is checked. */
  | { readonly verify: "fingerprint"; readonly sha256: string }
  /** Not at all: anybody on the path can read the password. */
  | { readonly verify: "insecure" };

/**
 * Opens connections, checking certificates as told. Throws `TypeError` for settings that cannot
 * mean anything, such as a fingerprint of the wrong length.
 */
export function createConnector(tls: TlsSettings, timeoutMs: number): buildConnector.connector {
  switch (tls.verify) {
    case "system":
      return undici.buildConnector({ timeout: timeoutMs, rejectUnauthorized: true });
    case "ca-file":
      return undici.buildConnector({ timeout: timeoutMs, rejectUnauthorized: true, ca: tls.caPem });
    case "insecure":
      return undici.buildConnector({ timeout: timeoutMs, rejectUnauthorized: false });
    case "fingerprint":
      return pinnedConnector(readFingerprint(tls.sha256), timeoutMs);
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
 * The check runs before undici gets the socket, so nothing is sent to a stranger. No session is
 * resumed: each connection shows its certificate anew.
 */
function pinnedConnector(wanted: string, timeoutMs: number): buildConnector.connector {
  const connect = undici.buildConnector({
    timeout: timeoutMs,
    rejectUnauthorized: false,
    maxCachedSessions: 0,
  });
  return (options, callback) =>
    connect(options, (error, socket) => {
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
