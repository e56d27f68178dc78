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
