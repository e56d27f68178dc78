import { keepNewest } from "../base/memory.ts";
import { formsOf, redact } from "../base/redact.ts";

/** Overwrites in every text of a value what nobody may read there. */
type Conceal = (value: unknown) => unknown;

/** Longer texts say nothing more to a reader, and would let one peer fill the disk. */
const LONGEST_TEXT = 1000;
const MOST_ITEMS = 32;
const DEEPEST = 4;

/**
 * Card numbers come as runs of eight and more digits or hex digits. Groups of a UUID, which recordings have, are no such
 * runs: hyphens stand beside them.
 */
const CARD_NUMBER = /(?<![\w-])(?=[a-f]*\d)[\da-f]{8,}(?![\w-])/gi;
/** Everything that `redact` looks for has one of these in it; most texts have none. */
const NEEDS_REDACTION = /[=":]/;
/** Fields of ours that no card number can get into. */
const OURS = new Set(["recording", "picture", "lamp", "hash", "chain", "run", "file", "pressedAtMs"]);

/** `secrets` are read for every value, so that one that was changed is known at once. */
export function createConceal(secrets: () => readonly string[]): Conceal {
  const forms = new Map<string, readonly string[]>();
  const known = (secret: string): readonly string[] => {
    const found = forms.get(secret) ?? formsOf(secret).filter((form) => form.length > 2);
    forms.set(secret, found);
    keepNewest(forms, MOST_ITEMS);
    return found;
  };
  const concealText = (text: string): string => {
    let clean = text;
    for (const secret of secrets()) for (const form of known(secret)) clean = clean.replaceAll(form, "***");
    if (NEEDS_REDACTION.test(clean)) clean = redact(clean);
    clean = clean.replace(CARD_NUMBER, "***");
    return clean.length > LONGEST_TEXT ? `${clean.slice(0, LONGEST_TEXT)}…` : clean;
  };
  const conceal = (value: unknown, depth: number): unknown => {
    if (typeof value === "string") return concealText(value);
    if (typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null) return value;
    if (depth >= DEEPEST || ArrayBuffer.isView(value)) return "…";
    if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map((item) => conceal(item, depth + 1));
    const fields = Object.entries(value).slice(0, MOST_ITEMS);
    return Object.fromEntries(
      fields.map(([key, inner]) => [
        key,
        OURS.has(key) && typeof inner === "string" ? inner : conceal(inner, depth + 1),
      ]),
    );
  };
  return (value) => conceal(value, 0);
}
