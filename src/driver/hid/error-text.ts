/** What was thrown, for the middle of a sentence. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
