import { errorCode, errorText } from "../../src/base/error-text.ts";
import type { OpenFailure } from "../../src/driver/contract.ts";
import { type Endpoint, endpointUrl } from "./endpoint.ts";

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
