import { isIP } from "node:net";
import { connect, type PeerCertificate } from "node:tls";

/** The certificate that a server shows. */
export interface ShownCertificate {
  readonly certificate: PeerCertificate;
  /** Why it is not trusted, as a code of OpenSSL or Node; absent when it is. */
  readonly objection: string | undefined;
}

const WITHIN_MS = 5000;

/**
 * Asks a server for its certificate and sends nothing else. `ca` are authorities to trust, PEM text; without it those of
 * this machine. A text is the code of what went wrong.
 */
export function readCertificate(url: URL, ca?: string): Promise<ShownCertificate | string> {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = connect({
      host,
      port: Number(url.port) || 443,
      rejectUnauthorized: false,
      timeout: WITHIN_MS,
      ...(ca === undefined ? {} : { ca }),
      // A server name may not be an address (RFC 6066).
      ...(isIP(host) === 0 ? { servername: host } : {}),
    });
    const end = (result: ShownCertificate | string) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("secureConnect", () => {
      // Node gives the code here, whatever its types say.
      const objection = socket.authorized ? undefined : codeOf(socket.authorizationError);
      end({ certificate: socket.getPeerCertificate(), objection });
    });
    socket.once("timeout", () => end("no answer"));
    socket.on("error", (error) => end(codeOf(error)));
  });
}

function codeOf(error: unknown): string {
  if (error instanceof Error) return "code" in error ? String(error.code) : error.message;
  return String(error);
}
