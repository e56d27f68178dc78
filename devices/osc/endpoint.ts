import { lookup } from "node:dns/promises";
import { hostAndPort } from "../../src/base/address.ts";
import { errorCode, errorText } from "../../src/base/error-text.ts";
import { fail, type OpenFailure, type Result, succeed } from "../../src/driver/contract.ts";

/** One end of a link, as a URL spells it out. */
export interface Endpoint {
  readonly transport: "udp" | "tcp";
  /** A name or an address; IPv6 without its brackets. */
  readonly host: string;
  readonly port: number;
}

/** What a URL in the settings must look like: `udp://127.0.0.1:9000`, `tcp://[::1]:9001`. */
export const ENDPOINT_URL = /^(udp|tcp):\/\/(\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[\w.-]+):(\d{1,5})$/;

/** Undefined where the text is no such URL or its port is above 65535. */
export function parseEndpoint(url: string): Endpoint | undefined {
  const match = ENDPOINT_URL.exec(url);
  const [, transport, host, digits] = match ?? [];
  const port = Number(digits);
  if (transport === undefined || host === undefined || port > 65_535) return undefined;
  return {
    transport: transport === "udp" ? "udp" : "tcp",
    host: host.startsWith("[") ? host.slice(1, -1) : host,
    port,
  };
}

/** The URL again, with the port that was chosen where the settings left it open. */
export function endpointUrl(endpoint: Endpoint): string {
  return `${endpoint.transport}://${hostAndPort(endpoint)}`;
}

/** An endpoint with its name looked up. */
export interface Place {
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/** Looks a name up once, when the device opens; IPv4 first, as most controllers know nothing else. */
export async function resolvePlace(endpoint: Endpoint, setting: string): Promise<Result<Place, OpenFailure>> {
  try {
    const { address, family } = await lookup(endpoint.host, { verbatim: false });
    return succeed({ address, family: family === 6 ? 6 : 4, port: endpoint.port });
  } catch (error) {
    return fail(openFailure(error, setting, endpoint));
  }
}

/** Names the port, the setting and what a person can do, for an error of the operating system. */
export function openFailure(error: unknown, setting: string, endpoint: Endpoint): OpenFailure {
  const code = errorCode(error);
  const known = KNOWN[code];
  const place = `${endpointUrl(endpoint)} (setting "${setting}")`;
  if (known === undefined) return { reason: "failed", message: `${place}: ${errorText(error)}.` };
  return { reason: known.reason, message: `${place}: ${known.text}.` };
}

const KNOWN: Readonly<Record<string, { readonly reason: OpenFailure["reason"]; readonly text: string }>> = {
  EADDRINUSE: {
    reason: "in-use",
    text: "the port is taken by another program; stop that program or name another port",
  },
  EACCES: {
    reason: "not-permitted",
    text: "the operating system does not permit this port; ports below 1024 need a privilege, name a higher one",
  },
  EPERM: { reason: "not-permitted", text: "the operating system or its firewall does not permit this" },
  EADDRNOTAVAIL: {
    reason: "not-found",
    text: "this machine has no such address; name one of its own, or 0.0.0.0 for all",
  },
  ENOTFOUND: {
    reason: "not-found",
    text: "no machine of that name is known; check the name or use its address",
  },
  EAI_AGAIN: {
    reason: "not-found",
    text: "the name cannot be looked up now; check the network or use the address",
  },
  ECONNREFUSED: {
    reason: "not-found",
    text: "nothing listens there; start the other program or check the port",
  },
  ETIMEDOUT: { reason: "not-found", text: "it does not answer; check that the machine is on and reachable" },
  EHOSTUNREACH: {
    reason: "not-found",
    text: "the machine cannot be reached; check the address and the network",
  },
  ENETUNREACH: {
    reason: "not-found",
    text: "the network cannot be reached; check the address and the network",
  },
  EAFNOSUPPORT: { reason: "unsupported", text: "this machine does not speak that kind of address" },
};
