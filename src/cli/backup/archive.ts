import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { createGunzip, createGzip } from "node:zlib";
import { createTarDecoder } from "modern-tar";
import { packTar } from "modern-tar/fs";
import { errorText } from "../../base/error-text.ts";

/** A file for an archive: its path in there, and where its bytes are. */
export interface Piece {
  readonly path: string;
  readonly from: string;
}

/** Writes a `.tar.gz` for this account alone, in the order of the pieces. No half of one is ever under its name. */
export async function writeArchive(
  file: string,
  pieces: readonly Piece[],
  signal: AbortSignal,
): Promise<void> {
  const draft = `${file}.new`;
  const common = { type: "file", mode: 0o600, uid: 0, gid: 0 } as const;
  const sources = pieces.map(({ path, from }) => ({ ...common, source: from, target: path }));
  try {
    await pipeline(packTar(sources), createGzip(), createWriteStream(draft, { mode: 0o600, flush: true }), {
      signal,
    });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** One file of an archive. Its bytes are read to their end, or given up, before the next one comes. */
export interface ArchivedFile {
  readonly path: string;
  readonly bytes: number;
  readonly body: AsyncIterable<Uint8Array>;
}

/** The files of a `.tar.gz`, one after the other. Throws where it is damaged, or has anything else than files in it. */
export async function* readArchive(file: string, signal: AbortSignal): AsyncGenerator<ArchivedFile> {
  const unpacked = createGunzip();
  const failed = pipeline(createReadStream(file), unpacked, { signal }).then(
    () => undefined,
    (error: unknown) => error,
  );
  try {
    const entries = Readable.toWeb(unpacked).pipeThrough(createTarDecoder({ strict: true }) as Decoder);
    for await (const { header, body } of entries) {
      const { name, size, type = "file" } = header;
      if (type !== "file") throw new Error(`"${name}" in it is no file`);
      yield { path: name, bytes: size, body };
    }
  } catch (error) {
    unpacked.destroy();
    throw new Error(`${file} cannot be used: ${errorText((await failed) ?? error)}`);
  }
}

interface Decoder {
  readonly readable: ReadableStream<{
    readonly header: { readonly name: string; readonly size: number; readonly type?: string };
    readonly body: ReadableStream<Uint8Array>;
  }>;
  readonly writable: WritableStream<Uint8Array>;
}
