import { errorText } from "../../../src/base/error-text.ts";
import type { DiscoveredDevice } from "../../../src/driver/contract.ts";
import { findMissing, readPluggedIn } from "../../../src/driver/hid/attached.ts";
import type { Profile } from "../profile/profile.ts";
import { openingFailure, withoutUsb } from "./failures.ts";
import { countWishes, findAmbiguity, fitsProfile, fittingRules, idsOf } from "./match.ts";
import type { FoundUnit, ReportSource } from "./source.ts";

interface Surroundings {
  readonly profiles: readonly Profile[];
  sourceOf(profile: Profile): Promise<ReportSource>;
  /** For tests. */
  readonly pluggedIn?: string;
}

/**
 * Lists attached products for which there is a profile, without opening them. Where USB cannot be used, that is
 * nobody's trouble unless one of these products is plugged in: then it rejects and says what to install.
 */
export async function discoverUnits(
  { profiles, sourceOf, pluggedIn }: Surroundings,
  signal: AbortSignal,
): Promise<readonly DiscoveredDevice[]> {
  const found: Found[] = [];
  const listed = new Map<ReportSource, Promise<readonly FoundUnit[]>>();
  for (const profile of profiles.filter(({ id }) => !listedElsewhere.has(id))) {
    if (signal.aborted) return [];
    const source = await sourceOf(profile);
    const list = listed.get(source) ?? source.list();
    listed.set(source, list);
    try {
      found.push(
        ...(await list).filter((unit) => isOffered(profile, unit)).map((unit) => ({ unit, profile })),
      );
    } catch (error) {
      if (await isPluggedIn(profile, pluggedIn)) throw new Error(withoutUsb(errorText(error)).message);
    }
  }
  const chosen = mostSpecific(found);
  return Promise.all(chosen.map((one) => describe(one, chosen, found)));
}

/** The kind stream-deck lists it, and both at once would count each press twice. */
const listedElsewhere = new Set(["elgato-pedal"]);

/** Keyboards have the keys of such pedals too, mostly without sending them. */
const LIKE_KEYBOARDS = "function-key-pedal";

function isOffered(profile: Profile, unit: FoundUnit): boolean {
  return fitsProfile(profile, unit) && !(profile.id === LIKE_KEYBOARDS && unit.isKeyboard === true);
}

interface Found {
  readonly unit: FoundUnit;
  readonly profile: Profile;
}

/** One profile for each device file. A keyboard that is a part of a product with a profile of its own is left out. */
function mostSpecific(found: readonly Found[]): readonly Found[] {
  const best = new Map<string, Found>();
  for (const one of found) {
    const other = best.get(one.unit.path);
    if (other === undefined || weigh(one) > weigh(other)) best.set(one.unit.path, one);
  }
  const all = [...best.values()];
  const ports = new Set(all.filter((one) => !isOfSort(one)).map(({ unit }) => unit.port));
  return all.filter((one) => !isOfSort(one) || one.unit.port === undefined || !ports.has(one.unit.port));
}

/** Fits a profile of a sort of things rather than of a product: then its own name says more. */
function isOfSort({ profile, unit }: Found): boolean {
  return !profile.match.some(({ vid }) => Number.parseInt(vid ?? "", 16) === unit.vendorId);
}

function weigh({ profile, unit }: Found): number {
  return countWishes(profile, unit);
}

async function describe(
  one: Found,
  all: readonly Found[],
  candidates: readonly Found[],
): Promise<DiscoveredDevice> {
  const { unit, profile } = one;
  const { serialNumber } = unit;
  const twins = all.filter((other) => other.profile.id === profile.id);
  const isUnique =
    serialNumber !== undefined &&
    twins.every((twin) => twin.unit === unit || twin.unit.serialNumber !== serialNumber);
  const place = isUnique ? { serialNumber } : { path: unit.port ?? unit.path };
  const needsPlace = isUnique || twins.length > 1 || findAmbiguity(unit, profile) !== undefined;
  const missing = await findMissing(unit.path, (why) => openingFailure(unit, why));
  return {
    productName: nameOf(one, candidates),
    settings: { profile: profile.id, ...(needsPlace ? place : {}) },
    ...(missing === undefined ? {} : { missing }),
  };
}

/** For people: a product by its profile, a sort by what it calls itself, and with an id of several all that it may be. */
function nameOf(one: Found, candidates: readonly Found[]): string {
  const { unit, profile } = one;
  if (isOfSort(one)) return `${unit.productName} (${profile.name})`;
  const shared = candidates.filter(
    ({ unit: { path }, ...other }) => path === unit.path && isShared({ unit, ...other }),
  );
  if (!isShared(one) || shared.length < 2) return profile.name;
  const names = shared.map((other) => `${other.profile.name} ("${other.profile.id}")`).join(" or ");
  return `${unit.productName}: ${names}, which share the id ${idsOf(unit)}`;
}

function isShared({ unit, profile }: Found): boolean {
  const rules = fittingRules(profile, unit);
  return rules.length > 0 && rules.every(({ sharedWith }) => sharedWith !== undefined);
}

async function isPluggedIn({ match }: Profile, folder: string | undefined): Promise<boolean> {
  return (await readPluggedIn(folder)).some(({ vendorId, productId }) =>
    match.some(({ vid, pid }) => vid === vendorId && (pid === undefined || pid.includes(productId))),
  );
}
