import { createHash } from "node:crypto";
import type { LookTable } from "../feedback/look.ts";
import type { ControlBinding, DeviceMapping } from "./mapping.ts";
import type { MappingDocument } from "./schema.ts";

/** What no panel and no link takes from the rest of a mapping; rooms are compared one by one. */
const ASIDE = [
  "$schema",
  "version",
  "server",
  "rooms",
  "devices",
  "recordingName",
  "timing",
  "alarms",
  "journal",
];

/**
 * Makes the fingerprint of each device of a mapping: all that the mapping says of it, and what it takes from elsewhere, such
 * as looks and words, apart from its rooms.
 */
export function fingerprintWith(
  document: MappingDocument,
): (device: Omit<DeviceMapping, "fingerprint">) => string {
  const shared = sum(Object.entries(document).filter(([key]) => !ASIDE.includes(key)));
  const tables = new Map<LookTable, string>();
  const sumOfTable = (table: LookTable): string => {
    const known = tables.get(table) ?? sum(table);
    tables.set(table, known);
    return known;
  };
  const tellLook = ({ control, look }: ControlBinding) =>
    look === undefined ? control : { control, ...look, table: sumOfTable(look.table) };
  return ({ id, controls, pages, layout }) => {
    const bound = [controls, ...pages.values()].flatMap((page) => [...page.values()].map(tellLook));
    const looks = Object.values(layout?.looks ?? {}).map(sumOfTable);
    return sum([shared, document.devices[id], bound, layout?.rooms, looks]);
  };
}

function sum(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
