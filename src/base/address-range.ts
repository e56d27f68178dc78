import { isIP, isIPv6 } from "node:net";

type Family = "ipv4" | "ipv6";

/** Which addresses an entry of a list means. */
export interface AddressRange {
  readonly family: Family;
  readonly address: string;
  /** How many bits of the address count: all of them in a single address. */
  readonly bits: number;
  /** The network card of a link-local address; an entry without one holds on every card. */
  readonly card: string | undefined;
}

const WIDTH: Readonly<Record<Family, number>> = { ipv4: 32, ipv6: 128 };
/** `10.0.0.0/8` and `fc00::/7`. */
const WIDEST_PRIVATE: Readonly<Record<Family, number>> = { ipv4: 8, ipv6: 7 };
const MAPPED = { prefix: 0xffffn, bits: 96 };

/** Nothing for what is no address and no range. */
export function readAddressRange(entry: string): AddressRange | undefined {
  const [, written = "", given] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(entry) ?? [];
  const [address, card] = splitCard(written);
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  const bits = given === undefined ? WIDTH[family] : Number(given);
  if (isIP(address) === 0 || bits > WIDTH[family]) return undefined;
  if (card !== undefined && (family === "ipv4" || given !== undefined)) return undefined;
  return withoutMapping({ family, address, bits, card });
}

/** `10.0.20.0/24` of `::ffff:10.0.20.0/120`: addresses are compared as IPv4, too. */
function withoutMapping(range: AddressRange): AddressRange {
  const number = numberOf(range);
  const isMapped = range.family === "ipv6" && range.bits >= MAPPED.bits && number >> 32n === MAPPED.prefix;
  if (!isMapped) return range;
  const address = write(number & 0xffff_ffffn, "ipv4");
  return { family: "ipv4", address, bits: range.bits - MAPPED.bits, card: undefined };
}

/** `fe80::1` and `eth0` of `fe80::1%eth0`. */
export function splitCard(address: string): readonly [address: string, card: string | undefined] {
  const at = address.indexOf("%");
  return at < 0 ? [address, undefined] : [address.slice(0, at), address.slice(at + 1)];
}

/** Whether a range is one address: 32 bits of IPv4, 128 of IPv6. */
export function isSingle({ family, bits }: AddressRange): boolean {
  return bits === WIDTH[family];
}

/** Where a range lets in more than people may have meant, what it means; nothing for a usual one. */
export function findWideness(range: AddressRange): string | undefined {
  const isWide = range.bits < WIDEST_PRIVATE[range.family];
  // Whoever writes an address of a machine with a range may have meant that machine alone.
  const isBlurred = firstOf(range) !== numberOf(range);
  return isWide || isBlurred ? explainRange(range) : undefined;
}

/** In words for people: `10.0.20.0 to 10.0.20.255, 256 addresses`. */
export function explainRange(range: AddressRange): string {
  const { family, bits } = range;
  if (isSingle(range)) return "this address alone";
  if (bits === 0)
    return family === "ipv4"
      ? "every IPv4 address in the world, and none of IPv6"
      : "every IPv6 address in the world, and none of IPv4";
  const free = WIDTH[family] - bits;
  const first = firstOf(range);
  const count = free < 20 ? `${2 ** free}` : `2^${free}`;
  return `${write(first, family)} to ${write(first + (1n << BigInt(free)) - 1n, family)}, ${count} addresses`;
}

function firstOf(range: AddressRange): bigint {
  const free = BigInt(WIDTH[range.family] - range.bits);
  return (numberOf(range) >> free) << free;
}

const PART = { ipv4: { bits: 8n, count: 4 }, ipv6: { bits: 16n, count: 8 } } as const;

function numberOf({ address, family }: Pick<AddressRange, "address" | "family">): bigint {
  const parts =
    family === "ipv4"
      ? address.split(".").map(BigInt)
      : groupsOf(address).map((group) => BigInt(`0x${group}`));
  return parts.reduce((sum, part) => (sum << PART[family].bits) | part, 0n);
}

function write(number: bigint, family: Family): string {
  const { bits, count } = PART[family];
  const parts = Array.from({ length: count }, (_, index) => {
    const shift = bits * BigInt(count - 1 - index);
    return (number >> shift) & ((1n << bits) - 1n);
  });
  if (family === "ipv4") return parts.join(".");
  return inShort(parts.map((part) => part.toString(16)).join(":"));
}

/** The eight groups of an IPv6 address, whatever it leaves out. */
export function groupsOf(address: string): readonly string[] {
  const [before = "", after = ""] = inShort(address).split("::");
  const split = (part: string) => (part === "" ? [] : part.split(":"));
  const zeros = PART.ipv6.count - split(before).length - split(after).length;
  return [...split(before), ...Array<string>(Math.max(0, zeros)).fill("0"), ...split(after)];
}

/** As a URL writes it: in small letters, without needless zeros, and never with a part in the manner of IPv4. */
function inShort(address: string): string {
  return new URL(`http://[${address}]`).hostname.slice(1, -1);
}
