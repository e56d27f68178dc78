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

/** As the URL standard writes hosts: numbers are normal, IPv6 is in brackets. */
const THIS_MACHINE =
  /^(?:(?:[^.]+\.)*localhost\.?|127(?:\.\d+){3}|\[::1\]|\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\])$/;
