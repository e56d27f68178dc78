import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isLoopback, plainAddress } from "../base/address.ts";
import { findRefusal, type Intent, nameOf } from "../base/web-guard.ts";
import type { Right } from "../bridge/console-source.ts";
import type { Kiosk } from "../bridge/kiosks.ts";
import { readSession } from "./session-cookie.ts";
import type { CheckedSettings } from "./settings.ts";
import type { TokenCheck } from "./token-check.ts";

/** Somebody who was let in. */
export interface Visitor {
  readonly right: Right;
  /** A short name for the session, for the journal. */
  readonly session: string;
  readonly how: "open-door" | "cookie" | "token" | "link";
  /** Of a tablet's link: it shows this one panel, and nothing else is for it. */
  readonly kiosk?: Kiosk;
}

type Admission =
  | { readonly kind: "visitor"; readonly visitor: Visitor }
  | { readonly kind: "unauthenticated" }
  /** Too many wrong tokens came from there. */
  | { readonly kind: "locked-out" }
  | { readonly kind: "refused"; readonly why: string };

/** What an entrance looks at. `remote` is the peer's IP address. */
interface Knock {
  readonly headers: IncomingHttpHeaders;
  readonly remote: string;
  /** `changes` is whatever is more than reading a page: a web socket, a form. */
  readonly intent: Exclude<Intent, "commands">;
}

/** Of a request. */
export function knockOf({ headers, socket }: IncomingMessage, intent: Knock["intent"]): Knock {
  return { headers, remote: socket.remoteAddress ?? "", intent };
}

interface EntranceTools {
  readonly checkToken: TokenCheck;
  readonly nowWallMs: number;
}

/** Who is asking, and may they? Whoever may press and sits at this machine may edit, unless nobody may. */
export function admit(knock: Knock, settings: CheckedSettings, tools: EntranceTools): Admission {
  const admission = letIn(knock, settings, tools);
  if (admission.kind !== "visitor") return admission;
  const { visitor } = admission;
  if (settings.editing === "nobody")
    return visitor.right === "edit"
      ? { kind: "visitor", visitor: { ...visitor, right: "press" } }
      : admission;
  const isPromoted = visitor.right === "press" && isFromHere(knock, settings);
  return isPromoted ? { kind: "visitor", visitor: { ...visitor, right: "edit" } } : admission;
}

/** Of who comes through a proxy, the address is the proxy's, and the name in `Host` or what the proxy adds says so. */
function isFromHere({ headers, remote }: Knock, { isEncrypted, tls }: CheckedSettings): boolean {
  const isByProxy = isEncrypted && tls === undefined;
  const isForwarded = FORWARDED.some((name) => headers[name] !== undefined);
  return (
    isLoopback(plainAddress(remote)) && isLoopback(nameOf(headers.host ?? "")) && !isForwarded && !isByProxy
  );
}

const FORWARDED = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

function letIn(knock: Knock, settings: CheckedSettings, { checkToken, nowWallMs }: EntranceTools): Admission {
  const why = findRefusal(knock.headers, knock.intent, settings);
  if (why !== undefined) return { kind: "refused", why };
  const token = /^Bearer (\S+)$/.exec(knock.headers.authorization ?? "")?.[1];
  if (token !== undefined) {
    const right = checkToken.token(token, knock.remote);
    if (right === "locked-out") return { kind: "locked-out" };
    if (right === "wrong") return { kind: "unauthenticated" };
    return { kind: "visitor", visitor: { right, session: "token", how: "token" } };
  }
  if (!settings.isGuarded)
    return { kind: "visitor", visitor: { right: "press", session: "local", how: "open-door" } };
  const cookie = readCookie(knock.headers.cookie ?? "", cookieName(settings));
  const session = cookie && readSession(cookie, settings.tokens, nowWallMs);
  if (!session) return { kind: "unauthenticated" };
  return { kind: "visitor", visitor: { right: session.right, session: session.name, how: "cookie" } };
}

/** Who comes by a tablet's link, whose key stands in the address? */
export function admitByLink(
  knock: Knock,
  key: string,
  { settings, checkToken }: { readonly settings: CheckedSettings; readonly checkToken: TokenCheck },
): Admission {
  const why = findRefusal(knock.headers, knock.intent, settings);
  if (why !== undefined) return { kind: "refused", why };
  const kiosk = checkToken.key(key, knock.remote);
  if (kiosk === "locked-out") return { kind: "locked-out" };
  if (kiosk === "wrong") return { kind: "unauthenticated" };
  const { right, id } = kiosk;
  return { kind: "visitor", visitor: { right, session: `tablet-${id}`, how: "link", kiosk } };
}

/** `__Host-` makes browsers insist on TLS, on no domain and on the root path. */
export function cookieName({ isEncrypted }: CheckedSettings): string {
  return isEncrypted ? "__Host-valt-console" : "valt-console";
}

function readCookie(header: string, name: string): string | undefined {
  for (const part of header.slice(0, 8192).split(";")) {
    const [key, value] = part.trim().split("=", 2);
    if (key === name) return value;
  }
  return undefined;
}
