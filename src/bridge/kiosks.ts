import { createHash, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { systemClock, within } from "../base/clock.ts";
import { errorText } from "../base/error-text.ts";
import { type DeviceId, deviceId } from "../base/identifiers.ts";
import type { Log } from "../base/log.ts";
import { replaceFile } from "../base/replace-file.ts";
import { fail, type Result, succeed } from "../base/result.ts";

/** A link that shows one panel, for a tablet on the wall. */
export interface Kiosk {
  /** A short name for people; says nothing of the key. */
  readonly id: string;
  readonly panel: DeviceId;
  readonly right: "view" | "press";
  readonly madeWallMs: number;
}

/** A link that was just made. Its key is told once and kept nowhere. */
interface NewKiosk {
  readonly kiosk: Kiosk;
  readonly key: string;
}

/** Its name, and the newest format that is understood. Format 0 is the links alone. */
export const KIOSKS_FORMAT = { name: "kiosks.json", version: 1 } as const;
const { name: NAME, version: VERSION } = KIOSKS_FORMAT;
const MOST_KIOSKS = 500;
const ID_LENGTH = 8;
const READ_WITHIN_MS = 2000;

const linksSchema = z.record(
  z.string().regex(/^[0-9a-f]{64}$/),
  z.object({
    panel: z.string().transform(deviceId),
    right: z.enum(["view", "press"]),
    madeWallMs: z.number(),
  }),
);

const fileSchema = z.object({ format: z.number(), links: z.unknown() });

/** What such a file says, in whatever format. Throws what `JSON.parse` throws. */
export function readKiosks(text: string): { readonly format: number; readonly links: unknown } {
  const said: unknown = JSON.parse(text);
  const { data } = fileSchema.safeParse(said);
  return data === undefined ? { format: 0, links: said } : { format: data.format, links: data.links };
}

/** The links of one bridge: in the file by the SHA-256 of their keys, which have 128 random bits. */
export class Kiosks {
  readonly #folder: string;
  #byHash: ReadonlyMap<string, Kiosk> = new Map();
  /** Why the file must stay as it is. */
  #untouchable: string | undefined;
  #work: Promise<unknown> = Promise.resolve();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** A file that cannot be read is logged, and no link of it is known. */
  static async open({ folder, log }: { readonly folder: string; readonly log: Log }): Promise<Kiosks> {
    const kiosks = new Kiosks(folder);
    const reading = kiosks.#read().catch((error: unknown) => {
      log.warn("the links for tablets cannot be read", { file: join(folder, NAME), why: errorText(error) });
    });
    kiosks.#work = reading;
    await within(systemClock, reading, READ_WITHIN_MS);
    return kiosks;
  }

  /** Oldest first. */
  list(): readonly Kiosk[] {
    return [...this.#byHash.values()];
  }

  /** Nothing for a key that was never given out, or whose link was revoked. */
  find(key: string): Kiosk | undefined {
    return this.#byHash.get(hashOf(key));
  }

  isValid({ id }: Kiosk): boolean {
    return this.list().some((kiosk) => kiosk.id === id);
  }

  /** It holds once it is in the file. Fails when that cannot be written, or when there are 500 links. */
  make(panel: DeviceId, right: Kiosk["right"]): Promise<Result<NewKiosk, string>> {
    const key = randomBytes(16).toString("hex");
    const hash = hashOf(key);
    const kiosk = {
      id: hash.slice(0, ID_LENGTH),
      panel,
      right,
      madeWallMs: Math.round(systemClock.wallMs()),
    };
    return this.#change(
      (all) => (all.size < MOST_KIOSKS ? all.set(hash, kiosk) : undefined),
      { kiosk, key },
      `there are ${MOST_KIOSKS} links already: revoke some`,
    );
  }

  /** Whoever has it open is shown out. Fails when there is no such link, or the file cannot be written. */
  revoke(id: string): Promise<Result<true, string>> {
    return this.#change(
      (all) => {
        const hash = [...all].find(([, kiosk]) => kiosk.id === id)?.[0];
        return hash !== undefined && all.delete(hash) ? all : undefined;
      },
      true,
      `there is no link ${id}`,
    );
  }

  /** One at a time, so that no change is lost. */
  #change<Value>(
    edit: (all: Map<string, Kiosk>) => Map<string, Kiosk> | undefined,
    value: Value,
    refusal: string,
  ): Promise<Result<Value, string>> {
    const changed = this.#work.then(async (): Promise<Result<Value, string>> => {
      const edited = edit(new Map(this.#byHash));
      if (edited === undefined) return fail(refusal);
      if (this.#untouchable !== undefined) return fail(this.#untouchable);
      try {
        await this.#write(edited);
      } catch (error) {
        return fail(`the links cannot be written: ${errorText(error)}`);
      }
      this.#byHash = edited;
      return succeed(value);
    });
    this.#work = changed;
    return changed;
  }

  async #read(): Promise<void> {
    const text = await readFile(join(this.#folder, NAME), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "{}";
      throw error;
    });
    const { format, links } = readKiosks(text);
    if (format > VERSION) {
      this.#untouchable = `the links were written by a newer version (format ${format}), and stay as they are`;
      throw new Error(this.#untouchable);
    }
    const all = Object.entries(linksSchema.parse(links));
    this.#byHash = new Map(all.map(([hash, kiosk]) => [hash, { id: hash.slice(0, ID_LENGTH), ...kiosk }]));
  }

  #write(all: ReadonlyMap<string, Kiosk>): Promise<void> {
    const kept = [...all].map(([hash, { id, ...kiosk }]) => [hash, kiosk]);
    const text = JSON.stringify({ format: VERSION, links: Object.fromEntries(kept) });
    return replaceFile(this.#folder, NAME, text);
  }
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}
