import { statSync } from "node:fs";

/** A file that is open is no longer the one that its name leads to. */
export class ReplacedFile extends Error {
  constructor() {
    super("the file was removed or replaced while it was in use");
  }
}

/**
 * Returns what throws once the name leads to other files than now, its write-ahead log among them: they were removed,
 * renamed or replaced. Whoever has them open could go on writing, without an error, what nobody will ever read.
 */
export function watchPlace(file: string): () => void {
  const identity = identify(file);
  return () => {
    if (identify(file) !== identity) throw new ReplacedFile();
  };
}

function identify(file: string): string {
  return [file, `${file}-wal`].map(identifyOne).join(" ");
}

function identifyOne(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? "none" : `${found.dev}:${found.ino}`;
}
