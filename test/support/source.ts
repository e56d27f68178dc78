/** One import, re-export or dynamic import of a file. */
export interface Import {
  readonly specifier: string;
  /** Whether anything is left of it after the types are gone. */
  readonly carries: "types" | "values";
  readonly how: "import" | "export";
}

/** Reads TypeScript well enough for the architecture's rules. */
export function readImports(text: string): readonly Import[] {
  const code = withoutComments(text);
  const statements = code.matchAll(
    /\b(import|export)\s+(type\s+)?((?:\*(?:\s+as\s+\w+)?|\w+|\{[^{}]*\})(?:\s*,\s*(?:\{[^{}]*\}|\*\s+as\s+\w+))?\s+from\s+)?["']([^"']+)["']/g,
  );
  const dynamic = code.matchAll(/\bimport\(\s*["']([^"']+)["']/g);
  return [
    ...[...statements].map(([, how, type, names = "", specifier = ""]): Import => {
      const carries = type !== undefined || isTypesOnly(names) ? "types" : "values";
      return { specifier, carries, how: how === "export" ? "export" : "import" };
    }),
    ...[...dynamic].map(([, specifier = ""]): Import => ({ specifier, carries: "values", how: "import" })),
  ];
}

/** `{ type A, type B }`: every name is a type. */
function isTypesOnly(names: string): boolean {
  const inner = /^\{([^{}]*)\}\s+from\s+$/.exec(names)?.[1];
  if (inner === undefined) return false;
  const all = inner.split(",").map((name) => name.trim());
  return all.filter((name) => name !== "").every((name) => name.startsWith("type "));
}

/** The same text with comments blanked, line for line. */
export function withoutComments(text: string): string {
  return text.replace(TOKEN, (token) => (/^\/[/*]/.test(token) ? blank(token) : token));
}

/** The same text with comments and the insides of strings blanked, line for line. */
export function withoutTexts(text: string): string {
  return text.replace(TOKEN, blank);
}

/** Comments, strings, and regular expressions where one can begin. */
const TOKEN =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|(?<=[=(,:?!&|\n]\s*)\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/g;

function blank(token: string): string {
  return token.replace(/[^\n]/g, " ");
}
