import { errorText } from "../../base/error-text.ts";
import type { DeviceKind, DiscoveredDevice } from "../../driver/contract.ts";
import type { DeviceMapping } from "../../mapping/mapping.ts";
import { rawDevicesOf } from "../mapping/device-files.ts";
import { examineHolders, howToPermit } from "./files.ts";
import { type Finding, failed, fine } from "./finding.ts";
import { examineInstalledRules } from "./udev.ts";

/** What is attached, by kind. */
export interface Discovery {
  readonly byKind: ReadonlyMap<string, readonly DiscoveredDevice[]>;
  /** What kept a kind from looking. */
  readonly findings: readonly Finding[];
}

/** Lists what is attached of the kinds that are sought; opens nothing. */
export async function discoverAll(sought: readonly DeviceMapping[], signal: AbortSignal): Promise<Discovery> {
  const kinds = [...new Set(sought.map(({ kind }) => kind))];
  const findings = await examineUsb(kinds);
  const byKind = new Map<string, readonly DiscoveredDevice[]>();
  for (const kind of kinds) {
    try {
      byKind.set(kind.kind, (await kind.discover?.(signal)) ?? []);
    } catch (error) {
      byKind.set(kind.kind, []);
      if (findings.length === 0) findings.push(failed(kind.kind, errorText(error), INSTALL_LIBUSB));
    }
  }
  return { byKind, findings: [...(kinds.some(isOnUsb) ? examineInstalledRules() : []), ...findings] };
}

const INSTALL_LIBUSB = "sudo apt-get install libusb-1.0-0, then start the bridge again";

/** What is found when it is plugged in, and needs a rule. */
function isOnUsb({ udevRules, discover }: DeviceKind): boolean {
  return udevRules !== undefined && discover !== undefined;
}

/** Without their library devices on USB would only say that nothing is attached. */
async function examineUsb(kinds: readonly DeviceKind[]): Promise<Finding[]> {
  if (!kinds.some(isOnUsb)) return [];
  try {
    const { default: hid } = await import("node-hid");
    await hid.devicesAsync();
    return [];
  } catch (error) {
    return [failed("usb", `devices on USB cannot be listed: ${errorText(error)}`, INSTALL_LIBUSB)];
  }
}

interface AttachedCase {
  readonly about: string;
  readonly discovery: Discovery;
  readonly own: readonly number[];
}

/** Whether what the mapping means is attached, may be opened, and is nobody else's. */
export function examineAttached(
  { kind, settings }: DeviceMapping,
  { about, discovery, own }: AttachedCase,
): readonly Finding[] {
  const attached = discovery.byKind.get(kind.kind) ?? [];
  const meant = findMeant(settings, attached);
  const [found] = meant;
  if (found === undefined) return [tellAbsent(kind.kind, attached, about)];
  if (meant.length > 1) return [tellSeveral(meant, about)];
  if (found.missing !== undefined) return [failed(about, found.missing, howToPermit())];
  const held = rawDevicesOf(found.settings.serialNumber).flatMap(
    (path) => examineHolders(path, about, own) ?? [],
  );
  return held.length > 0 ? held : [fine(about, `${found.productName} is attached and can be opened`)];
}

type Settings = Readonly<Record<string, unknown>>;

/** Those of what is attached that the settings may mean. */
export function findMeant(
  settings: Settings,
  attached: readonly DiscoveredDevice[],
): readonly DiscoveredDevice[] {
  return attached.filter((one) => fits(settings, one.settings));
}

/** What both name must be the same; a profile that stands in the mapping itself goes by its id. */
function fits(wanted: Settings, attached: Settings): boolean {
  return Object.entries(attached).every(
    ([key, value]) => wanted[key] === undefined || nameOf(wanted[key]) === nameOf(value),
  );
}

function nameOf(value: unknown): unknown {
  return typeof value === "object" && value !== null && "id" in value ? value.id : value;
}

function tellAbsent(kind: string, attached: readonly DiscoveredDevice[], about: string): Finding {
  const listed = attached.map(({ productName, settings }) => `${productName} ${JSON.stringify(settings)}`);
  const text =
    listed.length === 0
      ? `not attached: there is no ${kind} here`
      : `not attached: there is ${listed.join(", ")}, which is not what the mapping means`;
  const remedy =
    listed.length === 0
      ? "check cable and power; valt-bridge devices lists what is attached"
      : "check the cable, or put the settings of the one that is meant into the mapping";
  return failed(about, text, remedy);
}

function tellSeveral(meant: readonly DiscoveredDevice[], about: string): Finding {
  const listed = meant.map(({ productName, settings }) => `${productName} ${JSON.stringify(settings)}`);
  return failed(
    about,
    `several fit: ${listed.join(", ")}`,
    "say which one in the mapping, with its serial number",
  );
}
