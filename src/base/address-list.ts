import { BlockList, isIP, isIPv6 } from "node:net";

/** IP addresses and ranges as people write them: `10.0.20.7`, `10.0.20.0/24`, `fd00::/8`. */
export interface AddressList {
  /** False for everything that is no IP address. */
  has(address: string): boolean;
}

/** Throws for an entry in which `findAddressFault` finds something. */
export function createAddressList(entries: readonly string[]): AddressList {
  const list = new BlockList();
  for (const entry of entries) add(list, entry);
  return {
    has: (address) => isIP(address) !== 0 && list.check(address, isIPv6(address) ? "ipv6" : "ipv4"),
  };
}

/** What is wrong with an entry, as a sentence. */
export function findAddressFault(entry: string): string | undefined {
  try {
    add(new BlockList(), entry);
    return undefined;
  } catch {
    return `"${entry}" is no address or CIDR range such as 10.0.20.0/24`;
  }
}

function add(list: BlockList, entry: string): void {
  const [, address = "", bits] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

const GROUPS = 8;
const GROUPS_OF_NETWORK = 4;

/**
 * By what addresses are counted: an IPv4 address is itself, IPv4 written as IPv6 too, and IPv6 addresses go by their /64
 * network, of which whoever has one has all (RFC 6177).
 */
export function networkOf(address: string): string {
  const inIPv4 = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (inIPv4 !== undefined || !isIPv6(address)) return inIPv4 ?? address;
  const [before = "", after = ""] = address.replace(/%.*$/, "").split("::");
  const split = (part: string) => (part === "" ? [] : part.split(":"));
  const zeros = Math.max(0, GROUPS - split(before).length - split(after).length);
  const groups = [...split(before), ...Array<string>(zeros).fill("0"), ...split(after)];
  const network = groups.slice(0, GROUPS_OF_NETWORK).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(":")}::/64`;
}
