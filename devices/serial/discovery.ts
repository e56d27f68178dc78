import { accessSync, constants, readdirSync, realpathSync } from "node:fs";
import type { DiscoveredDevice } from "../../src/driver/contract.ts";

const BY_ID = "/dev/serial/by-id";
const BY_PATH = "/dev/serial/by-path";

/** What the port library says of a port; all but the path may be unknown. */
interface ListedPort {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly pnpId?: string | undefined;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
}

/** Serial ports that are attached, by the name that finds the same adapter again. Opens nothing. */
export async function discoverPorts(_signal: AbortSignal): Promise<readonly DiscoveredDevice[]> {
  return describePorts(await listPorts(), { byId: readNames(BY_ID), byPath: readNames(BY_PATH) });
}

/** The library asks `udevadm`, which a slim system does not have; then only adapters with a name are found. */
async function listPorts(): Promise<readonly ListedPort[]> {
  try {
    const { SerialPort } = await import("serialport");
    return await SerialPort.list();
  } catch {
    return [];
  }
}

/** Names of a folder of links, by what they point at. */
export function readNames(folder: string): ReadonlyMap<string, string> {
  try {
    return new Map(
      readdirSync(folder).flatMap((name) => {
        const path = `${folder}/${name}`;
        try {
          return [[realpathSync(path), path] as const];
        } catch {
          return [];
        }
      }),
    );
  } catch {
    return new Map();
  }
}

/** Names of ports that survive a restart, by port: by what the adapter says of itself, and by where it is plugged in. */
interface PortNames {
  readonly byId: ReadonlyMap<string, string>;
  readonly byPath: ReadonlyMap<string, string>;
}

/**
 * Ports of USB adapters, and those of the machine that have somebody's name; the rest are mostly not there. Adapters that
 * tell nothing to know them apart share one name, which means whichever came last: they go by where they are plugged in.
 */
export function describePorts(
  listed: readonly ListedPort[],
  { byId, byPath }: PortNames,
): readonly DiscoveredDevice[] {
  const known = new Map(listed.filter(isAttached).map((port) => [port.path, port]));
  for (const path of [...byId.keys(), ...byPath.keys()]) if (!known.has(path)) known.set(path, { path });
  const ports = [...known.values()];
  return ports.map((port) => {
    const alike = ports.filter((other) => isAlike(port, other)).length;
    const place = byPath.get(port.path) ?? port.path;
    const path = alike > 1 ? place : (byId.get(port.path) ?? place);
    const missing = findMissing(port.path);
    const name = productNameOf(port, byId.get(port.path) ?? port.path);
    return {
      productName: alike > 1 ? `${name}, one of ${alike} that only their USB port tells apart` : name,
      settings: { path },
      ...(missing === undefined ? {} : { missing }),
    };
  });
}

/** The same make, and the same serial number or none. */
function isAlike(one: ListedPort, other: ListedPort): boolean {
  const idOf = ({ vendorId, productId, manufacturer, serialNumber }: ListedPort) =>
    [vendorId, productId, manufacturer, serialNumber].join(" ");
  return (
    one.path === other.path ||
    (isUsb(one) && isUsb(other) && idOf(one) === idOf(other) && !areParts(one, other))
  );
}

/** Of an adapter with several ports each has its own name. */
function areParts(one: ListedPort, other: ListedPort): boolean {
  return one.pnpId !== undefined && other.pnpId !== undefined && one.pnpId !== other.pnpId;
}

function isUsb({ path, vendorId }: ListedPort): boolean {
  return vendorId !== undefined || /\/tty(?:USB|ACM)\d+$/.test(path);
}

/** The kernel lists 4 to 32 ports `ttyS` whether or not there are chips behind them. */
function isAttached({ path, pnpId, manufacturer, serialNumber }: ListedPort): boolean {
  return !/\/ttyS\d+$/.test(path) || (pnpId ?? manufacturer ?? serialNumber) !== undefined;
}

function productNameOf({ manufacturer, serialNumber, path }: ListedPort, name: string): string {
  const words = [manufacturer, serialNumber].filter((word) => word !== undefined && word !== "");
  if (words.length > 0) return `serial port of ${words.join(" ")}`;
  const [, id] = name.split("/by-id/usb-", 2);
  if (id === undefined) return `serial port ${path}`;
  const adapter = id.replace(/-port\d{1,9}$/, "").replace(/-if\d{1,9}$/, "");
  return `serial port ${adapter.replaceAll("_", " ")}`;
}

function findMissing(path: string): string | undefined {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return undefined;
  } catch {
    return "this account may not open it; make it a member of the group dialout and log in again";
  }
}
