import { errorText } from "../../src/base/error-text.ts";
import {
  type DiscoveredDevice,
  fail,
  type OpenDevice,
  type OpenFailure,
  type OpenRequest,
  type Result,
  succeed,
  type UnsupportedDevice,
} from "../../src/driver/contract.ts";
import { findMissing, readPluggedIn } from "../../src/driver/hid/attached.ts";
import { createClaims } from "../../src/driver/hid/claim.ts";
import { unlisted, unopened } from "../../src/driver/hid/failures.ts";
import type { HidHandle } from "../../src/driver/hid/handle.ts";
import { type HidEntry, listHidDevices, openHidDevice } from "../../src/driver/hid/node-hid.ts";
import { findPort, isPort } from "../../src/driver/hid/usb-port.ts";
import { type DockModel, generations, modelOf, models, unsupportedModels } from "./models.ts";
import { openPanel } from "./panel.ts";
import type { DockSettings } from "./settings.ts";

/** The USB side of the operating system; tests replace it. */
export interface UsbBus {
  /** Opens nothing; throws when the native library cannot be loaded. */
  list(): Promise<readonly HidEntry[]>;
  open(path: string): Promise<HidHandle>;
  portOf(path: string): Promise<string | undefined>;
}

/** The machine's own USB, through node-hid. */
export const nodeHidBus: UsbBus = { list: listHidDevices, open: openHidDevice, portOf: findPort };

interface FoundPanel {
  readonly model: DockModel;
  readonly path: string;
  readonly port: string | undefined;
  readonly serialNumber: string | undefined;
}

/** Opens the one panel that the settings mean; no other one is touched. */
export async function openOverUsb(
  bus: UsbBus,
  { settings, host }: OpenRequest<DockSettings>,
): Promise<Result<OpenDevice, OpenFailure>> {
  const found = await listPanels(bus);
  if (!found.ok) return found;
  const chosen = choosePanel(found.value, settings);
  if (!chosen.ok) return chosen;
  const { model, path } = chosen.value;
  const tellFailure = (why: string) => openingFailure(chosen.value, why);
  const claimed = await claim({ path, open: () => bus.open(path), tellFailure });
  return claimed.ok
    ? openPanel({ handle: claimed.value, model, productName: model.name }, settings, host)
    : claimed;
}

const claim = createClaims();

/** Lists attached panels without opening them; rejects when USB cannot be used though one is plugged in. */
export async function discoverPanels(bus: UsbBus, pluggedIn?: string): Promise<readonly DiscoveredDevice[]> {
  const found = await listPanels(bus);
  if (!found.ok) {
    const isThere = (await readPluggedIn(pluggedIn)).some(({ vendorId, productId }) =>
      models.some((model) => hex(model.vendorId) === vendorId && hex(model.productId) === productId),
    );
    if (isThere) throw new Error(found.failure.message);
    return [];
  }
  return Promise.all(
    found.value.map(async (panel) => {
      const { model, path, port, serialNumber } = panel;
      const isAlone = found.value.length === 1;
      const place = serialNumber === undefined ? { path: port ?? path } : { serialNumber };
      const missing = await findMissing(path, (why) => openingFailure(panel, why));
      return {
        productName: model.name,
        settings: isAlone && serialNumber === undefined ? {} : place,
        ...(missing === undefined ? {} : { missing }),
      };
    }),
  );
}

/** What is plugged in that people take for such a panel. Where the kernel lists nothing, HID devices alone are seen. */
export async function findUnsupported(
  bus: UsbBus,
  pluggedIn?: string,
): Promise<readonly UnsupportedDevice[]> {
  const entries = await bus.list().catch(() => []);
  const ids = new Set([
    ...(await readPluggedIn(pluggedIn)).map(({ vendorId, productId }) => `${vendorId}:${productId}`),
    ...entries.map(({ vendorId, productId }) => `${hex(vendorId)}:${hex(productId)}`),
  ]);
  return unsupportedModels
    .filter(({ vendorId, productIds }) => productIds.some((id) => ids.has(`${hex(vendorId)}:${hex(id)}`)))
    .map(({ name, why }) => ({ productName: name, why }));
}

async function listPanels(bus: UsbBus): Promise<Result<readonly FoundPanel[], OpenFailure>> {
  let entries: readonly HidEntry[];
  try {
    entries = await bus.list();
  } catch (error) {
    return fail(unlisted("USB panels", errorText(error), "Install the package node-hid for this machine."));
  }
  const panels = new Map<string, FoundPanel>();
  for (const entry of entries) {
    const model = modelOf(entry.vendorId, entry.productId);
    if (model === undefined || !entry.path || !isPanelItself(entry) || panels.has(entry.path)) continue;
    const { path } = entry;
    panels.set(path, { model, path, port: await bus.portOf(path), serialNumber: serialOf(entry, model) });
  }
  return succeed([...panels.values()]);
}

/** They have a keyboard as well; the panel is a page of the maker's own, where the system tells pages. */
function isPanelItself({ usagePage }: HidEntry): boolean {
  return usagePage === undefined || usagePage === 0 || usagePage === 0xffa0;
}

/** All of the first generation have the same one. */
function serialOf({ serialNumber }: HidEntry, { generation }: DockModel): string | undefined {
  const serial = serialNumber?.split("\0", 1)[0]?.trim();
  return generations[generation].hasSerialNumber && serial ? serial : undefined;
}

function choosePanel(
  found: readonly FoundPanel[],
  { serialNumber, path }: DockSettings,
): Result<FoundPanel, OpenFailure> {
  const [panel, ...others] = found.filter(
    (one) =>
      (serialNumber === undefined || one.serialNumber === serialNumber) &&
      (path === undefined || (isPort(path) ? one.port : one.path) === path),
  );
  if (panel !== undefined && others.length === 0) return succeed(panel);
  const list = found.map(
    ({ model, serialNumber: serial, port, path: file }) =>
      `${model.name} ${serial ?? "without a serial number"} at ${port === undefined ? file : `port ${port}`}`,
  );
  const there = list.length === 0 ? "none is attached" : `attached are: ${list.join(", ")}`;
  const message =
    panel === undefined
      ? `No such panel is there; ${there}. Check the cable and the settings.`
      : `${others.length + 1} panels fit; ${there}. Name one by "serialNumber" or by "path", the USB port.`;
  return fail({ reason: "not-found", message });
}

function openingFailure({ model, path }: FoundPanel, why: string): OpenFailure {
  const rules = "the udev rules for Stream Docks";
  return unopened({ name: `${model.name} at ${path}`, called: "the panel", rules, group: "plugdev" }, why);
}

/** Four hexadecimal digits. */
export function hex(number: number): string {
  return number.toString(16).padStart(4, "0");
}
