import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { release } from "node:os";
import { z } from "zod";
import { systemClock } from "../../base/clock.ts";
import { PRODUCT } from "../../product.ts";
import { stateFormats } from "../places/state-formats.ts";
import type { Piece } from "./archive.ts";

/** The first file of every archive. */
export const MANIFEST = "manifest.json";

/** The newest format that is understood. */
const BACKUP_FORMAT = 1;

const fileSchema = z.object({
  path: z.string().max(1000),
  bytes: z.number().int().min(0),
  sha256: z.string().regex(/^[\da-f]{64}$/),
});

const manifestSchema = z.object({
  kind: z.literal("backup"),
  format: z.number(),
  program: z.string(),
  /** What each file of the state is written in. */
  stateFormats: z.record(z.string(), z.number()),
  /** Where the mapping was; its name is that of the first file of the mapping. */
  mappingFolder: z.string().optional(),
  /** In the order of the archive: the mapping, the files that it names, the state. */
  files: z.array(fileSchema).max(10_000),
  leftOut: z.array(z.object({ what: z.string(), why: z.string() })),
});

/** What an archive says about itself. */
export type Manifest = z.infer<typeof manifestSchema>;

/** What is not in an archive, and why. */
export interface LeftOut {
  readonly what: string;
  readonly why: string;
}

/** What holds for every archive: who made it, and the sums of all that is in it. */
export async function describeArchive(
  kind: "backup" | "support",
  pieces: readonly Piece[],
  leftOut: readonly LeftOut[],
): Promise<object> {
  const files = [];
  for (const { path, from } of pieces)
    files.push({ path, bytes: (await stat(from)).size, sha256: await sumOf(from) });
  return {
    kind,
    format: BACKUP_FORMAT,
    madeAt: new Date(systemClock.wallMs()).toISOString(),
    program: `${PRODUCT.name} ${PRODUCT.version}`,
    node: process.version,
    system: `${process.platform} ${process.arch} ${release()}`,
    files,
    leftOut,
  };
}

/** Throws a sentence where this program cannot use the archive. */
export function readManifest(text: string): Manifest {
  const said: unknown = JSON.parse(text);
  const { kind, format, program } = (said ?? {}) as { kind?: unknown; format?: unknown; program?: unknown };
  if (kind !== "backup") throw new Error("it is no backup that valt-bridge made");
  if (typeof format === "number" && format > BACKUP_FORMAT)
    throw new Error(`a newer version made it (${program}, format ${format}): restore it with that version`);
  const { data } = manifestSchema.safeParse(said);
  if (data === undefined) throw new Error(`its ${MANIFEST} is damaged`);
  for (const { name, version } of stateFormats) {
    const found = data.stateFormats[name] ?? 0;
    if (found > version)
      throw new Error(`its ${name} is of a newer version (${program}, format ${found}): install that one`);
  }
  return data;
}

async function sumOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
