import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Piece } from "./archive.ts";

/** A folder for this account alone, in which an archive is put together; it is on the disk that the archive goes to. */
export interface Staging {
  readonly pieces: readonly Piece[];
  /** A piece of the archive with this content. */
  write(path: string, content: string | Buffer): void;
  /** Where somebody else makes a piece with this path. */
  reserve(path: string): string;
}

/** The folder goes when the work is done, however it ends. */
export async function inStaging<Value>(
  archive: string,
  work: (staging: Staging) => Promise<Value>,
): Promise<Value> {
  const folder = mkdtempSync(join(dirname(resolve(archive)), ".valt-bridge-"));
  const pieces: Piece[] = [];
  const reserve = (path: string) => {
    const from = join(folder, path);
    mkdirSync(dirname(from), { recursive: true });
    pieces.push({ path, from });
    return from;
  };
  try {
    return await work({
      pieces,
      reserve,
      write: (path, content) => writeFileSync(reserve(path), content, { mode: 0o600 }),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
