import { explainRange, isSingle, readAddressRange } from "../base/address-range.ts";
import type { Mapping } from "../mapping/mapping.ts";

/** Which addresses the entries of each `allow` mean, a line each. */
export function tellAllowed({ devices }: Mapping): readonly string[] {
  return [...devices.values()].flatMap(({ id, link }) =>
    (link?.allow ?? []).map((entry) => {
      const range = readAddressRange(entry);
      const kept = range !== undefined && isSingle(range) ? ", its place is kept" : "";
      return `"${id}" hears ${entry}: ${range === undefined ? "nobody" : explainRange(range)}${kept}`;
    }),
  );
}
