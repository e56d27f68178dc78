import { realpath } from "node:fs/promises";
import { type Clock, within } from "../../../src/base/clock.ts";
import { errorText } from "../../../src/base/error-text.ts";
import {
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  succeed,
} from "../../../src/driver/contract.ts";
import { createClaims } from "../../../src/driver/hid/claim.ts";
import { isPort } from "../../../src/driver/hid/usb-port.ts";
import { openUnit } from "../device.ts";
import type { Profile } from "../profile/profile.ts";
import { profileOf } from "../profile/store.ts";
import { createDecoder } from "../read/decoder.ts";
import type { HidSettings } from "../settings.ts";
import { createLamps } from "../write/lamps.ts";
import { createLine } from "../write/line.ts";
import { chooseUnits, tellUnit } from "./choose-unit.ts";
import { openingFailure, withoutUsb } from "./failures.ts";
import type { FoundUnit, ReportHandle, ReportSource } from "./source.ts";

/** Opens the one device that the settings mean; nobody else's is touched. */
export async function openFrom(
  source: ReportSource,
  { settings, host, named }: Omit<OpenRequest<HidSettings>, "signal">,
): Promise<Result<OpenDevice, OpenFailure>> {
  const profile = profileOf(settings);
  let found: readonly FoundUnit[];
  try {
    found = await resolvePaths(await source.list());
  } catch (error) {
    return fail(withoutUsb(errorText(error)));
  }
  const wanted = { ...settings, path: await resolveLink(settings.path) };
  let chosen = chooseUnits(found, profile, wanted);
  // What cannot be read is only looked for to be told.
  if (!chosen.ok && source.leftOut !== undefined)
    chosen = chooseUnits([...found, ...(await source.leftOut())], profile, wanted);
  if (!chosen.ok) return chosen;
  const choice = { source, profile, units: chosen.value, settings, clock: host.clock };
  const unit = settings.unitId === undefined ? succeed(chosen.value[0]) : await chooseByUnitId(choice);
  if (!unit.ok) return unit;
  if (unit.value === undefined) return fail({ reason: "not-found", message: `No ${profile.name} is there.` });
  const claimed = await claim(source, unit.value);
  if (!claimed.ok) return claimed;
  const { productName } = unit.value;
  return openUnit({ handle: claimed.value, profile, productName, named, reach: "wire" }, host);
}

interface Choice extends Pick<OpenRequest<HidSettings>, "settings"> {
  readonly source: ReportSource;
  readonly profile: Profile;
  readonly units: readonly FoundUnit[];
  readonly clock: OpenRequest<HidSettings>["host"]["clock"];
}

/** Asks one unit after the other for the number that it reports. Those that are open already are left alone. */
async function chooseByUnitId(choice: Choice): Promise<Result<FoundUnit, OpenFailure>> {
  const { source, profile, units, settings, clock } = choice;
  if (profile.input?.unitId === undefined)
    return fail({
      reason: "unsupported",
      message: `${profile.name} reports no unit id, or its profile does not say where; use "serialNumber" or "path".`,
    });
  const told: string[] = [];
  for (const unit of units) {
    const claimed = await claim(source, unit);
    if (!claimed.ok) {
      told.push(`${tellUnit(unit)} (${claimed.failure.reason})`);
      continue;
    }
    const unitId = await readUnitId(claimed.value, profile, clock);
    await claimed.value.close().catch(() => undefined);
    if (unitId === settings.unitId) return succeed(unit);
    told.push(`${tellUnit(unit)} (unit ${unitId ?? "unknown"})`);
  }
  return fail({
    reason: "not-found",
    message: `No ${profile.name} with unit id ${settings.unitId} is there; attached are: ${told.join(", ")}.`,
  });
}

const claimFile = createClaims();

async function claim(source: ReportSource, unit: FoundUnit): Promise<Result<ReportHandle, OpenFailure>> {
  return claimFile({
    path: unit.path,
    open: () => source.open(unit),
    tellFailure: (why) => openingFailure(unit, why),
  });
}

/** Names that udev gives are links to what is opened. */
async function resolvePaths(units: readonly FoundUnit[]): Promise<readonly FoundUnit[]> {
  return Promise.all(
    units.map(async (unit) => ({ ...unit, path: (await resolveLink(unit.path)) ?? unit.path })),
  );
}

async function resolveLink(path: string | undefined): Promise<string | undefined> {
  if (path === undefined || isPort(path)) return path;
  return realpath(path).catch(() => path);
}

const ANSWERS_WITHIN_MS = 500;

/** What a unit that was just opened says about itself; nothing if it does not say so in time. */
async function readUnitId(handle: ReportHandle, profile: Profile, clock: Clock): Promise<number | undefined> {
  const decoder = createDecoder(profile);
  const { minGapMs = 0, retry = 0 } = profile.output ?? {};
  const line = createLine(handle, { clock, minGapMs, retry, traced: () => undefined });
  const told = new Promise<number | undefined>((resolve) => {
    handle.listen({
      report(bytes) {
        decoder.decode(bytes);
        const unitId = decoder.unitId?.();
        if (unitId !== undefined) resolve(unitId);
      },
      failed: () => resolve(undefined),
    });
    line.send(createLamps(profile).init()).catch(() => resolve(undefined));
  });
  const unitId = await within(clock, told, ANSWERS_WITHIN_MS);
  return unitId === "too-late" ? undefined : unitId;
}
