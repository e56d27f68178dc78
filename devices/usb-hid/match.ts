import type { MatchRule, Profile } from "./profile.ts";
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
