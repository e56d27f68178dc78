import { readServerAddress } from "../base/server-address.ts";
import { withoutTrailing } from "../base/text.ts";

/**
 * Whether two addresses mean the same server however they are written: large letters in the host, the scheme's own
 * port, https left out, a slash at the end. Names are not looked up: what one leads to may be another machine tomorrow.
 */
export function isSameServer(one: string, other: string): boolean {
  return one === other || normalize(one) === normalize(other);
}

function normalize(address: string): string {
  const url = readServerAddress(address);
  if (url === undefined) return address;
  const { protocol, host, pathname, search } = url;
  return `${protocol}//${host}${withoutTrailing(pathname, "/")}${search}`;
}
