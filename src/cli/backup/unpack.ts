import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type ArchivedFile, readArchive } from "./archive.ts";
import { MANIFEST, type Manifest, readManifest } from "./manifest.ts";
import { STATE_FILES } from "./state.ts";

/** The two parts of a backup. */
type Part = "mapping" | "state";

/** Empty folders, on the disks that the parts go to. */
export type Folders = Readonly<Record<Part, string>>;

const MODES: Readonly<Record<Part, number>> = { mapping: 0o644, state: 0o600 };
const LONGEST_MANIFEST = 16 * 1_048_576;

/**
 * Unpacks a backup into folders that are asked for once it is known what it has. Nothing is written but what its manifest
 * names, under names that stay in those folders. Throws unless every file is there and as it was saved.
 */
export async function unpack(
  archive: string,
  prepare: (manifest: Manifest) => Folders,
  signal: AbortSignal,
): Promise<Manifest> {
  const files = readArchive(archive, signal);
  const first = (await files.next()).value as ArchivedFile | undefined;
  if (first?.path !== MANIFEST || first.bytes > LONGEST_MANIFEST)
    throw new Error(`${archive} is no backup that valt-bridge made`);
  const manifest = readManifest(await textOf(first));
  const expected = new Map(manifest.files.map((file) => [file.path, file]));
  for (const path of expected.keys()) checkPath(path);
  const folders = prepare(manifest);
  checkRoom(folders, manifest);
  for await (const file of files) {
    const { path, bytes, body } = file;
    const said = expected.get(path);
    if (said === undefined || said.bytes !== bytes)
      throw new Error(`its ${MANIFEST} does not tell of "${path}"`);
    expected.delete(path);
    const part = partOf(path);
    const sum = await write(body, join(folders[part], path.slice(part.length + 1)), MODES[part]);
    if (sum !== said.sha256) throw new Error(`"${path}" in it is damaged`);
  }
  const [missing] = expected.keys();
  if (missing !== undefined) throw new Error(`"${missing}" is missing in it`);
  return manifest;
}

async function textOf({ body }: ArchivedFile): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

function partOf(path: string): Part {
  return path.startsWith("state/") ? "state" : "mapping";
}

/** A name that leads nowhere but below its folder, on every system. */
const NAME = /^(?!\.{1,2}$)[^\\/:\p{Cc}]{1,255}$/u;

function checkPath(path: string): void {
  const [part, ...names] = path.split("/");
  const isSafe = names.length > 0 && names.every((name) => NAME.test(name));
  const isKnown = part === "mapping" || (part === "state" && STATE_FILES.includes(names.join("/")));
  if (!isSafe || !isKnown) throw new Error(`"${path}" in it is no place for a file of a backup`);
}

function checkRoom(folders: Folders, { files }: Manifest): void {
  for (const part of ["mapping", "state"] as const) {
    const wanted = files
      .filter(({ path }) => partOf(path) === part)
      .reduce((sum, { bytes }) => sum + bytes, 0);
    if (wanted === 0) continue;
    const { bavail, bsize } = statfsSync(folders[part]);
    if (wanted > bavail * bsize)
      throw new Error(`the disk with ${dirname(folders[part])} has no room for it`);
  }
}

/** Gives the sum of what was written. */
async function write(body: AsyncIterable<Uint8Array>, file: string, mode: number): Promise<string> {
  const hash = createHash("sha256");
  const summed = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  mkdirSync(dirname(file), { recursive: true });
  await pipeline(body, summed, createWriteStream(file, { mode, flags: "wx", flush: true }));
  return hash.digest("hex");
}
