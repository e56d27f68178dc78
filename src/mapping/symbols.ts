import { createHash } from "node:crypto";
import type { Fault } from "../base/document/finding.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { readFileOf } from "../base/text-file.ts";
import type { KeptIcon } from "../panel/key-image/symbols/kept-icons.ts";
import type { SymbolSource } from "../panel/key-image/symbols/symbol.ts";
import type { MappingVocabulary } from "./mapping.ts";
import { findBeside } from "./source/beside.ts";

const MOST_BYTES = 512 * 1024;
/** All pictures of a mapping, since all are read at once. */
const MOST_BYTES_TOGETHER = 8 * 1024 * 1024;
const MOST_PICTURES = 200;

/** The icons and pictures that a mapping names; each file is read once, however many controls show it. */
export class Symbols {
  readonly #world: Pick<MappingVocabulary, "folder" | "iconNames" | "readPicture">;
  readonly #pictures = new Map<string, Result<string, Fault>>();
  readonly #sources = new Map<string, SymbolSource>();
  #bytes = 0;

  constructor(world: Pick<MappingVocabulary, "folder" | "iconNames" | "readPicture">) {
    this.#world = world;
  }

  /** The files that were asked for, in the mapping's folder. */
  get pictures(): readonly string[] {
    return [...this.#pictures.keys()];
  }

  /** By their names. */
  get sources(): ReadonlyMap<string, SymbolSource> {
    return this.#sources;
  }

  /** The name of a kept icon among the symbols. Those that looks have are drawn as they are there. */
  icon(icon: string): string {
    const { iconNames } = this.#world;
    if (!iconNames.some((one) => one === icon))
      this.#sources.set(icon, { kind: "icon", icon: icon as KeptIcon });
    return icon;
  }

  /** The name of a picture: another content has another name. */
  picture(file: string): Result<string, Fault> {
    const known = this.#pictures.get(file);
    if (known !== undefined) return known;
    const read = this.#read(file);
    this.#pictures.set(file, read);
    return read;
  }

  #read(file: string): Result<string, Fault> {
    if (this.#pictures.size >= MOST_PICTURES)
      return fail({
        message: `there are more than ${MOST_PICTURES} pictures`,
        hint: "let controls share some",
      });
    const beside = findBeside(file, this.#world.folder);
    if (!beside.ok) return beside;
    const bytes = readFileOf(beside.value, MOST_BYTES);
    if (!bytes.ok)
      return fail({
        message: `the file "${file}" ${bytes.failure.what}`,
        hint: bytes.failure.hint ?? "it stands beside the mapping",
      });
    this.#bytes += bytes.value.length;
    if (this.#bytes > MOST_BYTES_TOGETHER)
      return fail({
        message: "all pictures together are larger than 8 MiB",
        hint: "save them smaller: a key shows 100 pixels",
      });
    const picture = this.#world.readPicture(bytes.value);
    if (!picture.ok) {
      const { message, hint } = picture.failure;
      return fail({ message: `the file "${file}" ${message}`, hint });
    }
    const name = `${file} ${createHash("sha256").update(bytes.value).digest("hex").slice(0, 16)}`;
    this.#sources.set(name, picture.value);
    return succeed(name);
  }
}
