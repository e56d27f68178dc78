/** What was thrown, for the middle of a sentence: the message of an error without a leading `Error: `, anything else as text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^Error:? /, "") : String(error);
}

/** The code of an error of the operating system or of Node, such as `ENOENT`; empty where there is none. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
