import { parse } from "jsonc-parser";

/**
 * The words after `"kind"` in the text of a mapping file, one for each device, before anything is checked.
 * Something that is no word is told as an empty one, which names no kind.
 */
export function namedKinds(text: string): readonly string[] {
  const document: unknown = parse(text, [], { allowTrailingComma: true });
  const devices = Object.values(propertyOf(document, "devices") ?? {});
  return devices.map((device) => {
    const kind = propertyOf(device, "kind");
    return typeof kind === "string" ? kind : "";
  });
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
