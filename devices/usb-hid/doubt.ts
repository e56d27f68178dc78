import { fittingRules, idsOf } from "./match.ts";
import type { Profile } from "./profile.ts";
import type { FoundUnit } from "./source.ts";

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
 * else, and what a wrong reader types starts recordings for the wrong person. Nothing where there is no doubt.
 */
export function findDoubt(unit: FoundUnit, profile: Profile, naming: Naming = {}): string | undefined {
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
