import { statSync } from "node:fs";

/**
 * Which files a name leads to, that of the write-ahead log among them: other ones once they were removed, renamed or
 * replaced. Whoever has them open can go on writing then, without an error, what nobody will ever read.
 */
export function identify(file: string): string {
  return [file, `${file}-wal`].map(identifyOne).join(" ");
}

function identifyOne(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "none" : `${found.dev}:${found.ino}`;
}
