import { explainRange, isSingle, readAddressRange } from "../base/address-range.ts";
import type { Mapping } from "../mapping/mapping.ts";

/** Which addresses the entries of each `allow` mean, a line for each entry and all devices that have it. */
export function tellAllowed({ devices }: Mapping): readonly string[] {
  const hearing = new Map<string, string[]>();
  for (const { id, link } of devices.values())
    for (const entry of link?.allow ?? []) hearing.set(entry, [...(hearing.get(entry) ?? []), id]);
  return [...hearing].map(([entry, ids]) => {
    const range = readAddressRange(entry);
    const kept = range !== undefined && isSingle(range) ? ", its place is kept" : "";
    return `${tellDevices(ids)} ${entry}: ${range === undefined ? "nobody" : explainRange(range)}${kept}`;
  });
}

function tellDevices([first, ...others]: readonly string[]): string {
  return others.length === 0 ? `"${first}" hears` : `"${first}" and ${others.length} more hear`;
}
