import type { DeviceHost } from "../../src/driver/contract.ts";

/** Whether an address may speak, asked once an address while the device is open. */
export type Door = (address: string) => boolean;

/** Beyond so many the memory starts anew, so that forged addresses cannot fill it. */
const MOST_ADDRESSES = 1000;

export function createDoor(host: Pick<DeviceHost, "admits">): Door {
  const known = new Map<string, boolean>();
  return (address) => {
    const answer = known.get(address);
    if (answer !== undefined) return answer;
    if (known.size >= MOST_ADDRESSES) known.clear();
    const admitted = host.admits(address);
    known.set(address, admitted);
    return admitted;
  };
}
