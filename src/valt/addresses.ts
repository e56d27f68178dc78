import { isInTheClear, isSameServer, readServerAddress } from "../base/server-address.ts";
import { withoutTrailing } from "../base/text.ts";
import type { TlsSettings } from "./tls.ts";

/** Where a server is asked. */
export interface Place {
  /** Scheme, host and port. */
  readonly origin: string;
  /** What comes before `/api/v3/` in a path: empty, or `/prefix`. */
  readonly prefix: string;
}

/** An address as people see it, without secrets. */
export function nameOf({ origin, prefix }: Place): string {
  return `${origin}${prefix}`;
}

/** Throws `TypeError` for what is no address, does not go with `tls`, or is there twice. */
export function readPlaces(
  url: string | readonly string[],
  tls: TlsSettings | undefined,
): readonly [Place, ...Place[]] {
  const [first, ...others] = [url].flat();
  if (first === undefined) throw new TypeError("a VALT server has one address at least");
  const twin = others.find((one, index) =>
    [first, ...others.slice(0, index)].some((other) => isSameServer(one, other)),
  );
  if (twin !== undefined) throw new TypeError(`the address ${twin} is in the list twice`);
  return [readPlace(first, tls), ...others.map((one) => readPlace(one, tls))];
}

/** User name and password in the address are dropped: they have settings of their own. */
function readPlace(url: string, tls: TlsSettings | undefined): Place {
  const address = readServerAddress(url);
  if (address === undefined)
    throw new TypeError("the VALT server's address must look like https://valt.example.com");
  if (isInTheClear(address) && tls?.verify !== "none")
    throw new TypeError(
      'http:// sends the password in clear text over the network: use https://, or say that it is meant with "tls": "none"',
    );
  if (tls?.verify === "none" && address.protocol !== "http:")
    throw new TypeError('"tls": "none" goes with an address that begins with http://');
  const needsTls = tls?.verify === "fingerprint" || tls?.verify === "ca-file";
  if (needsTls && address.protocol !== "https:") {
    throw new TypeError("a certificate can only be checked when the address begins with https://");
  }
  const api = address.pathname.search(API);
  const folder = api < 0 ? address.pathname : address.pathname.slice(0, api);
  return { origin: address.origin, prefix: withoutTrailing(folder, "/") };
}

/** People copy it from the vendor's pages: it is added here in any case. */
const API = /\/api\/v3(?:\/|$)/i;
