import type { DeviceHost } from "../../src/driver/contract.ts";

/** A host that hears a device as one under the supervisor is heard: until it is lost, or `silence` is called. */
export function silenced(host: DeviceHost): { readonly host: DeviceHost; silence(): void } {
  let isAlive = true;
  return {
    silence: () => {
      isAlive = false;
    },
    host: {
      ...host,
      emit: (...said) => isAlive && host.emit(...said),
      request: (...said) => isAlive && host.request(...said),
      joined: (peer) => isAlive && host.joined(peer),
      parted: (peer) => isAlive && host.parted(peer),
      noticed: (what) => isAlive && host.noticed?.(what),
      dropped: (...said) => isAlive && host.dropped(...said),
      lost(reason) {
        if (isAlive) host.lost(reason);
        isAlive = false;
      },
    },
  };
}
