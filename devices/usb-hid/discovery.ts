import { constants } from "node:fs";
import { access, readdir, readFile } from "node:fs/promises";
import type { DiscoveredDevice } from "../../src/driver/contract.ts";
import { openingFailure, withoutUsb } from "./failures.ts";
import { countWishes, fitsProfile } from "./match.ts";
import type { Profile } from "./profile.ts";
import { errorText, type FoundUnit, type ReportSource } from "./source.ts";

/** Where Linux lists what is plugged in, readable by everybody and without any library. */
const PLUGGED_IN = "/sys/bus/usb/devices";

export interface Surroundings {
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
  { profiles, sourceOf, pluggedIn = PLUGGED_IN }: Surroundings,
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
        ...(await list).filter((unit) => fitsProfile(profile, unit)).map((unit) => ({ unit, profile })),
      );
    } catch (error) {
      if (await isPluggedIn(profile, pluggedIn)) throw new Error(withoutUsb(errorText(error)).message);
    }
  }
  const chosen = mostSpecific(found);
  return Promise.all(chosen.map((one) => describe(one, chosen)));
}

/** The kind stream-deck lists it, and both at once would count each press twice. */
const listedElsewhere = new Set(["elgato-pedal"]);

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

async function describe(one: Found, all: readonly Found[]): Promise<DiscoveredDevice> {
  const { unit, profile } = one;
  const { serialNumber } = unit;
  const twins = all.filter((other) => other.profile.id === profile.id);
  const isUnique =
    serialNumber !== undefined &&
    twins.every((twin) => twin.unit === unit || twin.unit.serialNumber !== serialNumber);
  const place = isUnique ? { serialNumber } : { path: unit.port ?? unit.path };
  const missing = await findMissing(unit);
  return {
    productName: isOfSort(one) ? `${unit.productName} (${profile.name})` : profile.name,
    settings: { profile: profile.id, ...(isUnique || twins.length > 1 ? place : {}) },
    ...(missing === undefined ? {} : { missing }),
  };
}

/** Whether this account may open it, asked of the file system and not of the device. */
async function findMissing(unit: FoundUnit): Promise<string | undefined> {
  // Other systems name devices by paths that are no files.
  if (!unit.path.startsWith("/")) return undefined;
  try {
    await access(unit.path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return openingFailure(unit, errorText(error)).message;
  }
}

async function isPluggedIn({ match }: Profile, folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  const plugged = await Promise.all(names.map((name) => readIds(`${folder}/${name}`)));
  return plugged.some(([vid, pid]) =>
    match.some((rule) => rule.vid === vid && (rule.pid === undefined || rule.pid.includes(pid))),
  );
}

async function readIds(folder: string): Promise<readonly [string, string]> {
  const read = (name: string) => readFile(`${folder}/${name}`, "utf8").catch(() => "");
  return [(await read("idVendor")).trim(), (await read("idProduct")).trim()];
}
