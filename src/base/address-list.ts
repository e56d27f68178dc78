import { BlockList, isIP, isIPv4, isIPv6 } from "node:net";
import { type AddressRange, groupsOf, isSingle, readAddressRange, splitCard } from "./address-range.ts";

/** IP addresses and ranges as people write them: `10.0.20.7`, `10.0.20.0/24`, `fd00::/8`, `fe80::1%eth0`. */
export interface AddressList {
  /** False for everything that is no IP address. */
  has(address: string): boolean;
  /** Whether an entry is this very address, and no range in which it lies. */
  names(address: string): boolean;
}

/** Throws for an entry in which `findAddressFault` finds something. */
export function createAddressList(entries: readonly string[]): AddressList {
  const ranges = entries.map((entry) => {
    const range = readAddressRange(entry);
    if (range === undefined) throw new Error(findAddressFault(entry));
    return range;
  });
  const [all, single] = [createShelf(ranges), createShelf(ranges.filter(isSingle))];
  return { has: all, names: single };
}

/** What is wrong with an entry, as a sentence. */
export function findAddressFault(entry: string): string | undefined {
  if (readAddressRange(entry) !== undefined) return undefined;
  return `"${entry}" is no address or CIDR range such as 10.0.20.0/24`;
}

/** One list for each family and network card: in Node's list an IPv4 address also lies in `::/0`. */
function createShelf(ranges: readonly AddressRange[]): (address: string) => boolean {
  const lists = new Map<string, BlockList>();
  for (const range of ranges) {
    const { address, family, bits, card = "" } = range;
    const key = `${family} ${card}`;
    const list = lists.get(key) ?? new BlockList();
    lists.set(key, list);
    if (isSingle(range)) list.addAddress(address, family);
    else list.addSubnet(address, bits, family);
  }
  return (written) => {
    const [whole, card] = splitCard(written);
    const address = inIPv4(whole) ?? whole;
    if (isIP(address) === 0) return false;
    const family = isIPv4(address) ? "ipv4" : "ipv6";
    const cards = card === undefined ? [""] : ["", card];
    return cards.some((one) => lists.get(`${family} ${one}`)?.check(address, family) === true);
  };
}

/** `10.0.20.7` of `::ffff:10.0.20.7`: a socket for both families writes IPv4 so. */
function inIPv4(address: string): string | undefined {
  return /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
}

const GROUPS_OF_NETWORK = 4;

/**
 * By what addresses are counted: an IPv4 address is itself, IPv4 written as IPv6 too, and IPv6 addresses go by their /64
 * network, of which whoever has one has all (RFC 6177).
 */
export function networkOf(address: string): string {
  const mapped = inIPv4(address);
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address;
  const [plain] = splitCard(address);
  const network = groupsOf(plain).slice(0, GROUPS_OF_NETWORK);
  return `${network.join(":")}::/64`;
}
