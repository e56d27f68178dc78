import { systemClock } from "../base/clock.ts";
import { silentLog } from "../base/log.ts";
import type { DeviceHost } from "../driver/contract.ts";

/** For devices that are only looked at or blanked: touches and requests mean nothing. */
export function deafHost(lost: (reason: string) => void): DeviceHost {
  return {
    clock: systemClock,
    log: silentLog,
    emit: () => undefined,
    request: () => undefined,
    admits: () => false,
    joined: () => undefined,
    parted: () => undefined,
    dropped: () => undefined,
    traced: () => undefined,
    lost,
  };
}
