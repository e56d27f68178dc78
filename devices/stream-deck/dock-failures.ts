import { hostAndPort } from "../../src/base/address.ts";
import { errorCode } from "../../src/base/error-text.ts";
import type { OpenFailure } from "../../src/driver/contract.ts";

/** Where a dock listens. */
export interface DockEndpoint {
  readonly host: string;
  readonly port: number;
}

/** Why no connection came to be, and what a person can do. */
export function connectFailure(endpoint: DockEndpoint, error: Error | undefined): OpenFailure {
  const text = KNOWN[errorCode(error)] ?? `${error?.message ?? "the connection was closed at once"}`;
  return { reason: "not-found", message: `${placeOf(endpoint)}: ${text}.` };
}

const KNOWN: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; check the address, and that the dock has power",
  EHOSTUNREACH: "it cannot be reached; check the address and the network",
  ENETUNREACH: "the network cannot be reached; check the address and the network",
  ENOTFOUND: "no machine of that name is known; check the name or use its address",
  EAI_AGAIN: "the name cannot be looked up now; use the address",
};

/** What answers there is no dock. */
export function silentFailure(endpoint: DockEndpoint): OpenFailure {
  return {
    reason: "not-found",
    message: `${placeOf(endpoint)}: it does not speak like a Network Dock or a Studio; check the address, and that it is on.`,
  };
}

/** `tcp://host:port`, for people. */
export function placeOf(endpoint: DockEndpoint): string {
  return `tcp://${hostAndPort(endpoint)}`;
}
