import { withoutTrailing } from "./text.ts";

/** A server's address as people write it: without a scheme https is meant. Nothing for what is none. */
export function readServerAddress(text: string): URL | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  const address = URL.canParse(whole) ? new URL(whole) : undefined;
  return address !== undefined && /^https?:$/.test(address.protocol) ? address : undefined;
}

/** Whether everything travels in clear text where others can read it: without TLS, and beyond this machine. */
export function isInTheClear({ protocol, hostname }: Pick<URL, "protocol" | "hostname">): boolean {
  return protocol === "http:" && !THIS_MACHINE.test(hostname);
}

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

/** As the URL standard writes hosts: numbers are normal, IPv6 is in brackets. */
const THIS_MACHINE =
  /^(?:(?:[^.]+\.)*localhost\.?|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/;
