/** What is wrong when no TLS connection comes about, and what can be done; `undefined`: nothing that is known here. */
export function tlsFailure(code: string): TlsFailure | undefined {
  const kind = KINDS.find(({ codes }) => codes.test(code));
  if (kind !== undefined) return kind;
  return code === "EPROTO" || code.startsWith("ERR_SSL") ? NO_TLS : undefined;
}

/** Two half sentences: the first follows the server's address. */
interface TlsFailure {
  readonly what: string;
  readonly remedy: string;
}

/** What is told where the port does not speak TLS. */
export const NO_TLS: TlsFailure = {
  what: "does not speak TLS on this port",
  remedy:
    'use the port that has TLS; or http:// instead of https://, with "tls": "none" where passwords may travel in clear text',
};

/** By the reasons of OpenSSL, which Node puts into its codes. */
const KINDS: readonly (TlsFailure & { readonly codes: RegExp })[] = [
  {
    codes: /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|VERSION_TOO_LOW|INAPPROPRIATE_FALLBACK/,
    what: "speaks only TLS 1.1 or older, which is not safe and is not used",
    remedy: "switch TLS 1.2 or later on in the web server there",
  },
  {
    codes: /HANDSHAKE_FAILURE|NO_SHARED_CIPHER|INSUFFICIENT_SECURITY|NO_CIPHER|NO_PROTOCOLS_AVAILABLE/,
    what: "speaks TLS, but has no cipher in common with this machine",
    remedy:
      "let the web server there offer the usual ciphers of TLS 1.2 or 1.3, and name itself by its host name",
  },
  {
    codes:
      /DH_KEY_TOO_SMALL|EE_KEY_TOO_SMALL|CA_KEY_TOO_SMALL|CA_MD_TOO_WEAK|WRONG_SIGNATURE_TYPE|BAD_DH_VALUE/,
    what: "uses keys or signatures that are too weak today",
    remedy:
      "give the web server there a certificate with 2048 bits and SHA-256, and Diffie-Hellman of 2048 bits",
  },
  {
    codes: /LEGACY_RENEGOTIATION|UNSAFE_LEGACY/,
    what: "knows only the unsafe old way to renew TLS",
    remedy: "update the web server or the proxy there",
  },
  {
    codes: /CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE|ALERT_CERTIFICATE_UNKNOWN|ALERT_UNKNOWN_CA/,
    what: "wants a certificate from this side, which is not supported",
    remedy: "let the web server there take requests to /api/v3 without a client certificate",
  },
  {
    codes: /UNRECOGNIZED_NAME/,
    what: "does not know itself by this name",
    remedy: "use the host name that the server's certificate was made for",
  },
];
