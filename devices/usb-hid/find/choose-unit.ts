import { fail, type OpenFailure, type Result, succeed } from "../../../src/driver/contract.ts";
import { isPort } from "../../../src/driver/hid/usb-port.ts";
import type { Profile } from "../profile/profile.ts";
import { findAmbiguity, fitsButForInterface, fitsProfile, idsOf, type Naming } from "./match.ts";
import type { FoundUnit } from "./source.ts";

/** What a mapping says about the unit it means. */
interface Wanted extends Naming {
  readonly unitId?: number | undefined;
}

/** The units that may be meant; more than one only where their unit ids decide. What lacks something is told. Pure. */
export function chooseUnits(
  found: readonly FoundUnit[],
  profile: Profile,
  wanted: Wanted,
): Result<readonly FoundUnit[], OpenFailure> {
  const attached = eachOnce(found.filter((unit) => unit.lacks === undefined && fitsProfile(profile, unit)));
  const { unitId } = wanted;
  const named = attached.filter((unit) => isNamed(unit, wanted));
  const fitting = named.filter((unit) => findAmbiguity(unit, profile, wanted) === undefined);
  const [ambiguous] = named;
  if (fitting.length === 0 && ambiguous !== undefined) {
    const ambiguity = findAmbiguity(ambiguous, profile, wanted);
    return fail({ reason: "not-found", message: `${tellUnit(ambiguous)} is not taken: ${ambiguity}` });
  }
  if (fitting.length === 0)
    return fail({ reason: "not-found", message: missing({ profile, attached, found, wanted }) });
  if (fitting.length === 1 || unitId !== undefined) return succeed(fitting);
  return fail({
    reason: "not-found",
    message: `${fitting.length} devices fit ${profile.name}: ${list(fitting)}. Name one by ${waysToName(fitting, profile)}.`,
  });
}

function isNamed(unit: FoundUnit, { serialNumber, product, path }: Wanted): boolean {
  return (
    (serialNumber === undefined || unit.serialNumber?.toLowerCase() === serialNumber.toLowerCase()) &&
    (product === undefined || unit.productName.toLowerCase() === product.toLowerCase()) &&
    (path === undefined || (isPort(path) ? unit.port : unit.path) === path)
  );
}

/** A device shows up once for each of its usages. */
function eachOnce(units: readonly FoundUnit[]): readonly FoundUnit[] {
  return [...new Map(units.map((unit) => [unit.path, unit])).values()];
}

function waysToName(units: readonly FoundUnit[], { input }: Profile): string {
  const serials = new Set(units.map(({ serialNumber }) => serialNumber));
  const ways = [
    ...(serials.size === units.length && !serials.has(undefined) ? ['"serialNumber"'] : []),
    ...(input?.unitId === undefined ? [] : ['"unitId"']),
    '"path"',
  ];
  return ways.join(" or ");
}

interface Missing {
  readonly profile: Profile;
  readonly attached: readonly FoundUnit[];
  readonly found: readonly FoundUnit[];
  readonly wanted: Wanted;
}

function missing({ profile, attached, found, wanted }: Missing): string {
  const { serialNumber, product, path } = wanted;
  const wishes = [
    serialNumber === undefined ? "" : ` with serial number ${serialNumber}`,
    product === undefined ? "" : ` called ${product}`,
    path === undefined ? "" : ` at ${path}`,
  ].join("");
  return `No ${profile.name}${wishes} is there; ${whatIsThere(profile, attached, found)}. Check the cable and the settings.`;
}

function whatIsThere(profile: Profile, attached: readonly FoundUnit[], found: readonly FoundUnit[]): string {
  if (attached.length > 0) return `attached are: ${list(attached)}`;
  const others = eachOnce(found);
  const unread = others.filter((unit) => unit.lacks !== undefined && fitsProfile(profile, unit));
  if (unread.length > 0) {
    const told = unread.slice(0, MOST_TOLD).map((unit) => `${tellUnit(unit)} ${unit.lacks}`);
    return `attached, but not to be read by this profile: ${told.join("; ")}`;
  }
  const unnumbered = others.find((unit) => fitsButForInterface(profile, unit));
  if (unnumbered !== undefined)
    return `${tellUnit(unnumbered)} would be one, but this system does not tell the number of its interface, by which the profile chooses (as on macOS): copy the profile beside the mapping and take "interface" out of its "match"`;
  if (others.length === 0) return "no such device is attached at all";
  const told = others.slice(0, MOST_TOLD).map((unit) => `${unit.productName} (${idsOf(unit)})`);
  return `attached are only: ${[...new Set(told)].join(", ")}`;
}

// A machine with a dozen receivers and sensors is common.
const MOST_TOLD = 8;

function list(units: readonly FoundUnit[]): string {
  return units.map(tellUnit).join(", ");
}

/** What tells one unit from its twins. */
export function tellUnit(unit: FoundUnit): string {
  const { productName, serialNumber, port, path } = unit;
  const face = unit.interface === undefined || unit.interface < 1 ? "" : `, interface ${unit.interface}`;
  const place = port === undefined ? path : `port ${port}`;
  return `${productName} ${serialNumber ?? "without a serial number"} at ${place}${face}`;
}
