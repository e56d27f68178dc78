import { networkInterfaces } from "node:os";
import type { DeviceMapping, Mapping } from "../../mapping/mapping.ts";
import { endpointsIn } from "../doctor/listeners.ts";

type Cards = ReturnType<typeof networkInterfaces>;

/**
 * Listeners for datagrams on every address of a machine that has several: Node does not tell which one was asked, so an
 * answer leaves from the one that the system chooses, and the asker may not know it.
 */
export function findUncertainAnswers(
  { devices }: Mapping,
  cards: Cards = networkInterfaces(),
): readonly string[] {
  return [...devices.values()].flatMap((device) => tellUncertain(device, cards) ?? []);
}

/** Why answers of this device may leave from another address than was asked; nothing where that cannot be. */
export function tellUncertain(device: DeviceMapping, cards: Cards = networkInterfaces()): string | undefined {
  const endpoint = endpointsIn(device, "listen").find(
    ({ transport, host }) => transport === "udp" && ANY.includes(host),
  );
  if (endpoint === undefined) return undefined;
  const own = addressesOf(cards, endpoint.host === "::" ? "IPv6" : "IPv4");
  if (own.length < 2) return undefined;
  const shown = own.map((address) => urlOf(address, endpoint.port));
  return `"${device.id}" listens on ${endpoint.url}, and this machine has ${own.length} addresses: answers may leave from another one than was asked; to be sure, list them: ${shown.join(", ")}`;
}

const ANY = ["0.0.0.0", "::"];

/** Those that other machines may ask; link-local ones are only ever answered from themselves. */
function addressesOf(cards: Cards, family: "IPv4" | "IPv6"): readonly string[] {
  const all = Object.values(cards).flatMap((addresses) => addresses ?? []);
  return all
    .filter((one) => one.family === family && !one.internal && !/^fe80:/i.test(one.address))
    .map(({ address }) => address);
}

function urlOf(address: string, port: number): string {
  return `udp://${address.includes(":") ? `[${address}]` : address}:${port}`;
}
