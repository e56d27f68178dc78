import { fail, type OpenFailure, type Result, succeed } from "../../src/driver/contract.ts";
import { isPort } from "../../src/driver/hid/usb-port.ts";
import { fitsProfile, idsOf } from "./match.ts";
import type { Profile } from "./profile.ts";
import type { FoundUnit } from "./source.ts";

/** What a mapping says about the unit it means. */
export interface Wanted {
  readonly serialNumber?: string | undefined;
  readonly unitId?: number | undefined;
  /** A USB port, or a device file with links resolved. */
  readonly path?: string | undefined;
}

/** The units that may be meant; more than one only where their unit ids decide. Pure. */
export function chooseUnits(
  found: readonly FoundUnit[],
  profile: Profile,
  wanted: Wanted,
): Result<readonly FoundUnit[], OpenFailure> {
  const attached = eachOnce(found.filter((unit) => fitsProfile(profile, unit)));
  const { serialNumber, unitId, path } = wanted;
  const fitting = attached.filter(
    (unit) =>
      (serialNumber === undefined || unit.serialNumber?.toLowerCase() === serialNumber.toLowerCase()) &&
      (path === undefined || (isPort(path) ? unit.port : unit.path) === path),
  );
  if (fitting.length === 0)
    return fail({ reason: "not-found", message: missing({ profile, attached, found, wanted }) });
  if (fitting.length === 1 || unitId !== undefined) return succeed(fitting);
  return fail({
    reason: "not-found",
    message: `${fitting.length} devices fit ${profile.name}: ${list(fitting)}. Name one by ${waysToName(fitting, profile)}.`,
  });
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
  const { serialNumber, path } = wanted;
  const wishes = [
    serialNumber === undefined ? "" : ` with serial number ${serialNumber}`,
    path === undefined ? "" : ` at ${path}`,
  ].join("");
  return `No ${profile.name}${wishes} is there; ${whatIsThere(attached, found)}. Check the cable and the settings.`;
}

function whatIsThere(attached: readonly FoundUnit[], found: readonly FoundUnit[]): string {
  if (attached.length > 0) return `attached are: ${list(attached)}`;
  const others = eachOnce(found);
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
