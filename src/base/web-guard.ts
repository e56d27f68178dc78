import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";
import { isLoopback } from "./address.ts";

/** A web server of ours, as browsers reach it. */
export interface Premises {
  /** Address that it listens on. */
  readonly host: string;
  /** Names by which it is reached, beside addresses and `localhost`; in small letters. */
  readonly names: readonly string[];
  /** Whether browsers come over TLS: ours, or a proxy's. */
  readonly isEncrypted: boolean;
}

/**
 * `changes` is whatever is more than reading a page, and comes from a page of ours; `commands` is the same from any program
 * that is no browser.
 */
export type Intent = "reads" | "changes" | "commands";

/**
 * Why nobody is let in who asks like this. A page elsewhere must not reach us through somebody's browser: what it asks for
 * carries its own `Origin`, and a name that was bent to our address (DNS rebinding) stands in `Host`.
 */
export function findRefusal(
  headers: IncomingHttpHeaders,
  intent: Intent,
  premises: Premises,
): string | undefined {
  const { host = "", origin } = headers;
  const site = headers["sec-fetch-site"];
  if (!isOurName(nameOf(host), premises)) return "there is no such name here";
  if (origin !== undefined && !isOurOrigin(origin, host, premises)) return "a page of another origin asks";
  if (intent === "reads" || origin !== undefined || site === "same-origin") return undefined;
  // Browsers say where a request comes from; programs do not.
  if (intent === "commands" && (site === undefined || site === "none")) return undefined;
  return "it does not say which page asks";
}

/** An address cannot be bent; a name must be ours. */
function isOurName(name: string, { host, names }: Premises): boolean {
  if (names.includes(name)) return true;
  if (isLoopback(host)) return isLoopback(name);
  return isIP(name) !== 0 || name === host;
}

function isOurOrigin(origin: string, host: string, { isEncrypted }: Premises): boolean {
  return origin.toLowerCase() === `${isEncrypted ? "https" : "http"}://${host.toLowerCase()}`;
}

/** A `Host` without the port, in small letters, and an IPv6 address without its brackets. */
export function nameOf(host: string): string {
  const name = /^(\[[0-9a-f:.]+\]|[^:]*)(?::\d{1,5})?$/i.exec(host)?.[1] ?? "";
  return name.replace(/^\[|\]$/g, "").toLowerCase();
}
