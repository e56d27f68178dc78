import { networkInterfaces } from "node:os";
import { plainAddress } from "../../src/base/address.ts";

/** Whether an address means many machines at once that have joined it: 224.0.0.0/4 and ff00::/8. */
export function isMulticast(address: string): boolean {
  const first = Number(plainAddress(address).split(".")[0]);
  return (address.includes(".") && first >= 224 && first <= 239) || /^ff[0-9a-f]{2}:/i.test(address);
}

/** Whether an address means every machine of a network: the last one of a network of ours, or all of them. */
export function isBroadcast(address: string): boolean {
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(address)) return false;
  return address === "255.255.255.255" || lastAddresses().includes(address);
}

/** Where a group is joined: on every card, since the system would choose one by its routes. */
export function cardsFor(group: string): readonly string[] {
  const [address = "", card] = group.split("%");
  if (address.includes(":")) return card === undefined ? namesOfCards() : [`::%${card}`];
  return addressesOfCards().map(({ address: own }) => own);
}

function addressesOfCards() {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.filter(({ family }) => family === "IPv4");
}

function namesOfCards(): readonly string[] {
  const cards = Object.entries(networkInterfaces());
  const withIpv6 = cards.filter(([, addresses]) => addresses?.some(({ family }) => family === "IPv6"));
  return withIpv6.map(([name]) => `::%${name}`);
}

function lastAddresses(): readonly string[] {
  return addressesOfCards().map(({ address, netmask }) => {
    const [own, mask] = [address, netmask].map((text) => text.split(".").map(Number));
    return (own ?? []).map((part, index) => part | (~(mask?.[index] ?? 255) & 0xff)).join(".");
  });
}
