import { findEntry } from "../base/document/part.ts";
import type { MappingSource } from "./source/open.ts";

/**
 * The words after `"kind"` in a mapping, one for each device, before anything is checked. Something that is no word is
 * told as an empty one, which names no kind.
 */
export function namedKinds({ root }: MappingSource): readonly string[] {
  const devices = findEntry(root, "devices")?.part;
  if (devices?.kind !== "object") return [];
  const words = devices.entries.map(({ part }) => {
    const kind = findEntry(part, "kind")?.part;
    return kind?.kind === "scalar" && typeof kind.value === "string" ? kind.value : "";
  });
  return [...new Set(words)];
}
