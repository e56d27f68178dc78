import { join } from "node:path";
import type { DeviceId } from "../../base/identifiers.ts";
import type { BridgeStatus } from "../../bridge/status.ts";
import type { RecordsStatus } from "../running/records.ts";
import { namesIn } from "./quiet-files.ts";
import { askStatus, statusAddress } from "./status-socket.ts";

/** The status that a running bridge tells, with its process number. */
export type RunningStatus = BridgeStatus & {
  readonly pid: number;
  readonly records?: RecordsStatus;
};

/** Where the unit that `service` prints lets its bridges be asked: a folder for each instance. */
export const SERVICE_RUNTIME = "valt-bridge";
const SERVICE_FOLDER = `/run/${SERVICE_RUNTIME}`;

/** Bridges of this account, and of the service where this account may ask it, that answer now. */
export async function findRunningBridges(instance: string): Promise<readonly RunningStatus[]> {
  // The service has an account of its own, and only root can make it a folder there.
  const services = serviceAddresses().map((address) => askStatus(address, "anyone"));
  const answers = await Promise.all([askStatus(statusAddress(instance)), ...services]);
  const bridges = answers.filter(isStatus);
  return bridges.filter(({ pid }, index) => bridges.findIndex((other) => other.pid === pid) === index);
}

/** Something else than a bridge may answer there. */
function isStatus(answer: unknown): answer is RunningStatus {
  if (typeof answer !== "object" || answer === null) return false;
  return "pid" in answer && "devices" in answer && Array.isArray(answer.devices);
}

function serviceAddresses(): readonly string[] {
  return namesIn(SERVICE_FOLDER).flatMap((instance) =>
    namesIn(join(SERVICE_FOLDER, instance))
      .filter((name) => name.endsWith(".sock"))
      .map((name) => join(SERVICE_FOLDER, instance, name)),
  );
}

/** The bridge that has a device open; `mapping` is the fingerprint of the mapping that names the device. */
export function findKeeper(
  bridges: readonly RunningStatus[],
  { mapping, id, kind }: { readonly mapping: string; readonly id: DeviceId; readonly kind: string },
): { readonly pid: number; readonly status: RunningStatus["devices"][number]["status"] } | undefined {
  // An edit may not have been taken over yet: with other bridges, the same name and kind is the same device.
  const own = bridges.toSorted((one) => (one.mapping === mapping ? -1 : 1));
  for (const { pid, devices } of own) {
    const device = devices.find((one) => one.id === id && one.kind === kind);
    if (device !== undefined) return { pid, status: device.status };
  }
  return undefined;
}
