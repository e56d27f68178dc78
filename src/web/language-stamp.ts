import { createHash } from "node:crypto";
import type { Language } from "../language/language.ts";

/** Another one where the language, or one of its words, is another. A page that was loaded with another one is old. */
export function stampOf({ tag, table }: Language): string {
  const known = stamps.get(table);
  if (known !== undefined) return known;
  const stamp = createHash("sha256").update(tag).update(JSON.stringify(table)).digest("hex").slice(0, 12);
  stamps.set(table, stamp);
  return stamp;
}

/** Asked every second. */
const stamps = new WeakMap<Language["table"], string>();
