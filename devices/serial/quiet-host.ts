import type { DeviceHost } from "../../src/driver/contract.ts";

/** A host that hears nothing more once the device is being closed, and hears of a loss once. */
export interface QuietHost extends DeviceHost {
  silence(): void;
}

export function createQuietHost(host: DeviceHost): QuietHost {
  let isSilent = false;
  let isLost = false;
  return {
    clock: host.clock,
    log: host.log,
    admits: (address) => host.admits(address),
    names: (address) => host.names?.(address) ?? false,
    knows: (peer) => host.knows?.(peer) ?? true,
    vouchesFor: (peer) => host.vouchesFor?.(peer) ?? true,
    emit(event) {
      if (!isSilent) host.emit(event);
    },
    request(message, from, stroke) {
      if (!isSilent) host.request(message, from, stroke);
    },
    joined(peer) {
      if (!isSilent) host.joined(peer);
    },
    parted(peer) {
      if (!isSilent) host.parted(peer);
    },
    answered: (peer) => host.answered?.(peer) ?? Promise.resolve(),
    noticed(what) {
      if (!isSilent) host.noticed?.(what);
    },
    dropped(reason, from) {
      if (isSilent) return;
      if (from === undefined) host.dropped(reason);
      else host.dropped(reason, from);
    },
    // The last bytes are sent while closing and belong into a recording.
    traced: (direction, bytes, channel) => host.traced(direction, bytes, channel),
    lost(reason) {
      if (isSilent || isLost) return;
      isLost = true;
      host.lost(reason);
    },
    silence() {
      isSilent = true;
    },
  };
}
