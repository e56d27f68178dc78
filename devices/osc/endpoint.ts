import { hostAndPort } from "../../src/base/address.ts";

/** One end of a conversation, as a URL spells it out. */
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
