import type { MatchRule, Profile } from "../profile/profile.ts";
import type { FoundUnit } from "./source.ts";

/** Whether a profile speaks of this unit. */
export function fitsProfile(profile: Profile, unit: FoundUnit): boolean {
  return fittingRules(profile, unit).length > 0;
}

/** The matches by which a profile speaks of this unit. */
export function fittingRules({ match }: Profile, unit: FoundUnit): readonly MatchRule[] {
  return match.filter((rule) => fits(rule, unit));
}

/** Whether only the number of its interface is missing, which some systems do not tell. */
export function fitsButForInterface({ match }: Profile, unit: FoundUnit): boolean {
  return unit.interface === undefined && match.some((rule) => fits({ ...rule, interface: undefined }, unit));
}

/** How much a profile says about what it is for: of several that fit, the one that says most is meant. */
export function countWishes(profile: Profile, unit: FoundUnit): number {
  return Math.max(0, ...fittingRules(profile, unit).map(countRule));
}

/** A product id says more than any description of what sort of thing it is. */
function countRule(rule: MatchRule): number {
  const { sharedWith: _, nobodyTypesOnIt: __, ...wishes } = rule;
  const count = Object.values(wishes).filter((wish) => wish !== undefined).length;
  return count + (rule.pid === undefined ? 0 : A_PRODUCT);
}
const A_PRODUCT = 10;

function fits(rule: MatchRule, unit: FoundUnit): boolean {
  const { vid, pid, usagePage, usage, release } = rule;
  return (
    isId(vid, unit.vendorId) &&
    (pid === undefined || pid.some((id) => isId(id, unit.productId))) &&
    isId(usagePage, unit.usagePage) &&
    isId(usage, unit.usage) &&
    isId(release, unit.release) &&
    (rule.interface === undefined || rule.interface === unit.interface) &&
    isLike(rule.product, unit.productName) &&
    isLike(rule.serialNumber, unit.serialNumber)
  );
}

function isId(wanted: string | undefined, found: number | undefined): boolean {
  return wanted === undefined || Number.parseInt(wanted, 16) === found;
}

/** `*` stands for any text. Linear: each part is looked for once, behind the one before. */
function isLike(wanted: string | undefined, found: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (found === undefined) return false;
  const text = found.toLowerCase();
  const [start = "", ...parts] = wanted.toLowerCase().split("*");
  const end = parts.pop();
  if (end === undefined) return text === start;
  if (!text.startsWith(start)) return false;
  let from = start.length;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - end.length >= from && text.endsWith(end);
}

/** `05f3:0438`, as people know it from lsusb. */
export function idsOf({ vendorId, productId }: FoundUnit): string {
  return [vendorId, productId].map((id) => id.toString(16).padStart(4, "0")).join(":");
}

/** How a mapping names a unit. */
export interface Naming {
  readonly serialNumber?: string | undefined;
  /** The name that it tells, whole. */
  readonly product?: string | undefined;
  /** A USB port, or a device file with links resolved. */
  readonly path?: string | undefined;
}

/**
 * Why a unit that a profile fits must not be taken before the mapping names it: what is grabbed is lost to everybody
 * else, and what a wrong reader types starts recordings for the wrong person. Nothing where there is no ambiguity.
 */
export function findAmbiguity(unit: FoundUnit, profile: Profile, naming: Naming = {}): string | undefined {
  const { serialNumber, product, path } = naming;
  if (serialNumber !== undefined || path !== undefined) return undefined;
  const place = unit.port ?? unit.path;
  const nameIt = `Where it is meant, say "path": "${place}".`;
  const rules = fittingRules(profile, unit);
  const isCard = profile.input?.evdev?.card !== undefined;
  if (isCard && unit.isKeyboard && !rules.some(({ nobodyTypesOnIt }) => nobodyTypesOnIt === true))
    return `people can type on it, and what they type would count as cards. ${nameIt}`;
  if (product !== undefined) return undefined;
  const shared = rules.every(({ sharedWith }) => sharedWith !== undefined) ? rules[0]?.sharedWith : undefined;
  if (shared !== undefined)
    return `${idsOf(unit)} is the id of ${profile.name} and of ${shared}. Where it is this one, say "path": "${place}" or "product": "${unit.productName}".`;
  if (profile.input?.evdev !== undefined && rules.every(({ vid }) => vid === undefined))
    return `${profile.name} fits whatever is called so, and keys that are taken are lost to everybody else. ${nameIt}`;
  return undefined;
}
