import { createSocket } from "node:dgram";
import { createServer, isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { findWideness, readAddressRange } from "../../base/address-range.ts";
import type { DeviceMapping } from "../../mapping/mapping.ts";
import { findTakenPort, type Holder } from "../places/port-owner.ts";
import { type Finding, failed, fine, warn } from "./finding.ts";

/** One end of a connection, as the settings of a device spell it out. */
export interface Endpoint {
  readonly url: string;
  readonly transport: "udp" | "tcp";
  readonly host: string;
  readonly port: number;
}

/** The URLs of one setting, which every kind that has a network calls the same. */
export function endpointsIn(
  { settings }: Pick<DeviceMapping, "settings">,
  setting: string,
): readonly Endpoint[] {
  return [settings[setting]].flat().flatMap((url) => parseEndpoint(url) ?? []);
}

function parseEndpoint(url: unknown): Endpoint | undefined {
  // RFC 2217 is spoken over TCP.
  const [, scheme, host, port] =
    /^(udp|tcp|rfc2217):\/\/(\[[^\]]+\]|[^:/]+):(\d{1,5})$/.exec(String(url)) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const transport = scheme === "udp" ? "udp" : "tcp";
  return { url: String(url), transport, host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}

/** Tries the port for a moment, as the bridge would take it; nobody is heard meanwhile. */
export async function examineListener(endpoint: Endpoint, about: string): Promise<Finding> {
  const { url, port } = endpoint;
  if (port === 0) return fine(about, `${url}: any free port will do`);
  const code = await tryPort(endpoint);
  if (code === undefined) return fine(about, `${url} is free`);
  if (code === "EADDRINUSE") return tellTaken(endpoint, about);
  const explained = REASONS[code];
  if (explained !== undefined) return failed(about, `${url}: ${explained.why}`, explained.remedy());
  return failed(about, `${url} cannot be listened on (${code})`, "name another address or port");
}

/** Whether other machines can speak to it, and who of them is heard. */
export function examineOpenness(
  { host, url }: Endpoint,
  allow: readonly string[],
  about: string,
): readonly Finding[] {
  if (/^(?:127\..*|::1|localhost)$/.test(host)) return [];
  if (allow.length === 0) {
    const text = `${url} can be reached by other machines, and none of them is heard: there is no "allow"`;
    return [warn(about, text, 'add "allow": ["10.0.20.0/24"] with their addresses, or listen on 127.0.0.1')];
  }
  return allow.flatMap((entry) => {
    const range = readAddressRange(entry);
    const meaning = range && findWideness(range);
    if (meaning === undefined) return [];
    return [warn(about, `${url} hears ${meaning} ("allow": "${entry}")`, "name the addresses that need it")];
  });
}

function tellTaken(endpoint: Endpoint, about: string): Finding {
  const taken = findTakenPort(endpoint);
  const text = `${endpoint.url} is taken by ${describeHolders(taken?.holders ?? [])}`;
  if (taken !== undefined && taken.holders.length === 0) {
    const remedy = `ask again with sudo to see which; or name another port`;
    return failed(about, `${endpoint.url} is taken by a process of account number ${taken.userId}`, remedy);
  }
  return failed(about, text, "stop that program, or name another port in the mapping");
}

/** Programs that have a port or file: `name (process 12), name (process 13)`. */
export function describeHolders(holders: readonly Holder[]): string {
  if (holders.length === 0) return "another program";
  return holders.map(({ name, pid }) => `${name} (process ${pid})`).join(", ");
}

const REASONS: Readonly<Record<string, { readonly why: string; remedy(): string }>> = {
  EACCES: {
    why: "this account may not listen on ports below 1024",
    remedy: () => "name a port from 1024 on",
  },
  EADDRNOTAVAIL: {
    why: "this machine has no such address",
    remedy: () => `name one of its own: ${ownAddresses().join(", ")}; or 0.0.0.0 for all`,
  },
  ENOTFOUND: { why: "no machine of that name is known", remedy: () => "use an address, such as 127.0.0.1" },
};

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flat()
    .flatMap((one) => (one === undefined ? [] : [one.address]));
}

/** The code of the failure; undefined when the port was there to be had. */
function tryPort(endpoint: Endpoint): Promise<string | undefined> {
  return endpoint.transport === "udp" ? tryDatagrams(endpoint) : tryStreams(endpoint);
}

function tryDatagrams({ host, port }: Endpoint): Promise<string | undefined> {
  const socket = createSocket({ type: isIPv6(host) ? "udp6" : "udp4", ipv6Only: isIPv6(host) });
  return new Promise((resolve) => {
    socket.once("error", (error) => {
      socket.close();
      resolve(codeOf(error));
    });
    socket.bind({ address: host, port }, () => socket.close(() => resolve(undefined)));
  });
}

function tryStreams({ host, port }: Endpoint): Promise<string | undefined> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once("error", (error) => resolve(codeOf(error)));
    server.listen({ host, port, ipv6Only: isIPv6(host) }, () => server.close(() => resolve(undefined)));
  });
}

function codeOf(error: Error): string {
  return "code" in error ? String(error.code) : error.message;
}
