import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import type { Right } from "../console-source.ts";
import { readSession } from "./session-cookie.ts";
import { type CheckedSettings, isLoopback } from "./settings.ts";
import type { TokenCheck } from "./token-check.ts";

/** Somebody who was let in. */
export interface Visitor {
  readonly right: Right;
  /** A short name for the session, for the journal. */
  readonly session: string;
  readonly how: "open-door" | "cookie" | "token";
}

export type Admission =
  | { readonly kind: "visitor"; readonly visitor: Visitor }
  | { readonly kind: "stranger" }
  /** Too many wrong tokens came from there. */
  | { readonly kind: "locked-out" }
  | { readonly kind: "refused"; readonly why: string };

/** What an entrance looks at. `remote` is the peer's IP address. */
export interface Knock {
  readonly headers: IncomingHttpHeaders;
  readonly remote: string;
  /** `changes` is whatever is more than reading a page: a web socket, a form. */
  readonly intent: "reads" | "changes";
}

export interface EntranceTools {
  readonly checkToken: TokenCheck;
  readonly nowWallMs: number;
}

/** Who is asking, and may they? */
export function admit(
  knock: Knock,
  settings: CheckedSettings,
  { checkToken, nowWallMs }: EntranceTools,
): Admission {
  const why = findRefusal(knock, settings);
  if (why !== undefined) return { kind: "refused", why };
  const token = /^Bearer (\S+)$/.exec(knock.headers.authorization ?? "")?.[1];
  if (token !== undefined) {
    const right = checkToken(token, knock.remote);
    if (right === "locked-out") return { kind: "locked-out" };
    if (right === "wrong") return { kind: "stranger" };
    return { kind: "visitor", visitor: { right, session: "token", how: "token" } };
  }
  if (!settings.isGuarded)
    return { kind: "visitor", visitor: { right: "press", session: "local", how: "open-door" } };
  const cookie = readCookie(knock.headers.cookie ?? "", cookieName(settings));
  const session = cookie && readSession(cookie, settings.tokens, nowWallMs);
  if (!session) return { kind: "stranger" };
  return { kind: "visitor", visitor: { right: session.right, session: session.name, how: "cookie" } };
}

/**
 * Why nobody is let in who asks like this. A page elsewhere must not reach the bridge through somebody's browser: what it
 * asks for carries its own `Origin`, and a name that was bent to our address (DNS rebinding) stands in `Host`.
 */
export function findRefusal({ headers, intent }: Knock, settings: CheckedSettings): string | undefined {
  const { host = "", origin } = headers;
  if (!isOurName(nameOf(host), settings)) return "the console has no such name";
  if (origin !== undefined && !isOurOrigin(origin, host, settings))
    return "the page that asks is not the console";
  if (intent === "changes" && origin === undefined && headers["sec-fetch-site"] !== "same-origin")
    return "it does not say which page asks";
  return undefined;
}

/** `__Host-` makes browsers insist on TLS, on no domain and on the root path. */
export function cookieName({ isEncrypted }: CheckedSettings): string {
  return isEncrypted ? "__Host-valt-console" : "valt-console";
}

/** An address cannot be bent; a name must be ours. */
function isOurName(name: string, { host, names }: CheckedSettings): boolean {
  if (names.includes(name)) return true;
  if (isLoopback(host)) return isLoopback(name);
  return isIP(name) !== 0 || name === host;
}

function isOurOrigin(origin: string, host: string, { isEncrypted }: CheckedSettings): boolean {
  return origin.toLowerCase() === `${isEncrypted ? "https" : "http"}://${host.toLowerCase()}`;
}

/** Without the port, and an IPv6 address without its brackets. */
function nameOf(host: string): string {
  const name = /^(\[[0-9a-f:.]+\]|[^:]*)(?::\d{1,5})?$/i.exec(host)?.[1] ?? "";
  return name.replace(/^\[|\]$/g, "").toLowerCase();
}

function readCookie(header: string, name: string): string | undefined {
  for (const part of header.slice(0, 8192).split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name) return value;
  }
  return undefined;
}
