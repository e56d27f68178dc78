import { systemClock } from "../../base/clock.ts";
import type { DeviceId } from "../../base/identifiers.ts";
import { silentLog } from "../../base/log.ts";
import type { DeviceHost, OpenDevice, OpenPanel } from "../../driver/contract.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { complain } from "../terminal.ts";

/** A panel that was opened without a bridge. */
export interface OpenedPanel {
  readonly id: DeviceId;
  readonly device: OpenDevice;
  readonly panel: OpenPanel;
}

/** Opens every panel of a mapping without a bridge; what cannot be opened is complained about. */
export async function openPanels(mapping: Mapping, signal: AbortSignal): Promise<readonly OpenedPanel[]> {
  const opened: OpenedPanel[] = [];
  for (const { id, kind, settings, controls } of mapping.devices.values()) {
    const result = await kind.open({
      settings,
      named: [...controls.keys()],
      host: nullHost((reason) => complain(`${id}: ${reason}`)),
      signal,
    });
    if (!result.ok) {
      complain(`${id}: ${result.failure.message}`);
      continue;
    }
    const { panel } = result.value;
    if (panel === undefined) await result.value.close();
    else opened.push({ id, device: result.value, panel });
  }
  return opened;
}

/** For devices that are only looked at or blanked: touches and requests mean nothing. */
export function nullHost(lost: (reason: string) => void): DeviceHost {
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
