const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9-]*)\}/g;

/** Fills `{name}` in a text; a name that is not known stays as it stands, braces included. */
export function fillPlaceholders(text: string, values: Readonly<Record<string, unknown>>): string {
  if (!text.includes("{")) return text;
  return text.replace(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? String(values[name] ?? "") : whole,
  );
}

/** The names that stand in braces in a text, in their order. */
export function placeholdersIn(text: string): readonly string[] {
  return text.includes("{") ? [...text.matchAll(PLACEHOLDER)].map(([, name]) => name ?? "") : [];
}
