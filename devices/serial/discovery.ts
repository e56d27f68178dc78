import { accessSync, constants, readdirSync, realpathSync } from "node:fs";
import type { DiscoveredDevice } from "../../src/driver/contract.ts";

const BY_ID = "/dev/serial/by-id";

/** What the port library says of a port; all but the path may be unknown. */
export interface ListedPort {
  readonly path: string;
  readonly manufacturer?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly pnpId?: string | undefined;
}

/** Serial ports that are attached, by the name that finds the same adapter again. Opens nothing. */
export async function discoverPorts(_signal: AbortSignal): Promise<readonly DiscoveredDevice[]> {
  return describePorts(await listPorts(), readNames(BY_ID));
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

/** Ports of USB adapters, and those of the machine that have somebody's name; the rest are mostly not there. */
export function describePorts(
  listed: readonly ListedPort[],
  names: ReadonlyMap<string, string>,
): readonly DiscoveredDevice[] {
  const known = new Map(listed.filter(isAttached).map((port) => [port.path, port]));
  for (const path of names.keys()) if (!known.has(path)) known.set(path, { path });
  return [...known.values()].map((port) => {
    const path = names.get(port.path) ?? port.path;
    const missing = findMissing(port.path);
    return {
      productName: productNameOf(port, path),
      settings: { path },
      ...(missing === undefined ? {} : { missing }),
    };
  });
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
