import type { Chance } from "../campaign/chance.ts";

/** What a disk holds: files by their paths, and folders. */
export type DiskImage = ReadonlyMap<string, Buffer | "folder">;

export interface Cut {
  /** Everything that began before this place may be on the disk. */
  readonly at: number;
  readonly chance: Chance;
  /** A forgetful disk says that it has synced, and has not. */
  readonly disk: "honest" | "forgetful";
}

/** From where to where among all calls. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

export interface FileNode {
  readonly kind: "file";
  /** Durable from the start. */
  readonly base: Buffer;
  readonly effects: FileEffect[];
  readonly syncs: Span[];
}

export interface FolderNode {
  readonly kind: "folder";
  /** Durable from the start. */
  base: ReadonlyMap<string, FileNode | FolderNode>;
  /** As the process sees it. */
  readonly names: Map<string, FileNode | FolderNode>;
  readonly effects: NameEffect[];
  readonly syncs: Span[];
}

interface Write extends Span {
  readonly offset: number;
  readonly bytes: Buffer;
}

interface Truncation extends Span {
  readonly length: number;
}

type FileEffect = Write | Truncation;

interface NameEffect extends Span {
  readonly name: string;
  /** Nothing: the name goes. */
  readonly node: FileNode | FolderNode | undefined;
  /** Of a rename, which is whole or not at all. */
  readonly oldName?: string;
}

/** A folder and all below it as a power cut may leave it. */
export function restore(root: FolderNode, cut: Cut): DiskImage {
  const image = new Map<string, Buffer | "folder">();
  const restoring = { ...cut, fateOf: cut.chance.pick(FATES)(cut) };
  restoreFolder(root, restoring, (path, content) => image.set(path, content));
  return image;
}

type Fate = "lost" | "there" | "torn";

interface Restoring extends Cut {
  /** What becomes of an effect that was not synced. */
  fateOf(effect: FileEffect | NameEffect): Fate;
}

const isName = (effect: FileEffect | NameEffect) => "name" in effect;

/** What disks and file systems do with what nobody told them to keep. */
const FATES: readonly ((cut: Cut) => Restoring["fateOf"])[] = [
  () => () => "lost",
  () => () => "there",
  () => (effect) => (isName(effect) ? "there" : "lost"),
  () => (effect) => (isName(effect) ? "lost" : "there"),
  ({ at, chance }) => {
    // A journalling file system keeps names in their order, and data as it comes.
    const until = at - chance.whole(0, 200);
    return (effect) => (isName(effect) ? (effect.begin < until ? "there" : "lost") : "torn");
  },
  ({ chance }) => {
    const share = chance.next();
    return () => (chance.happens(share) ? chance.pick(["there", "torn"]) : "lost");
  },
];

type Store = (path: string, content: Buffer | "folder") => void;

function restoreFolder(folder: FolderNode, restoring: Restoring, store: Store): void {
  const names = new Map(folder.base);
  for (const { effect, fate } of judged(folder, restoring)) {
    const { name, node, oldName } = effect;
    if (fate === "lost") continue;
    if (oldName !== undefined && names.get(oldName) === node) names.delete(oldName);
    if (node === undefined) names.delete(name);
    else names.set(name, node);
  }
  for (const [name, node] of names) {
    store(name, node.kind === "folder" ? "folder" : restoreFile(node, restoring));
    if (node.kind === "folder")
      restoreFolder(node, restoring, (path, content) => store(`${name}/${path}`, content));
  }
}

/** The effects before the cut in their order, and what became of each. */
function* judged<Effect extends FileEffect | NameEffect>(
  { effects, syncs }: { readonly effects: readonly Effect[]; readonly syncs: readonly Span[] },
  { at, fateOf, disk }: Restoring,
): Generator<{ readonly effect: Effect; readonly fate: Fate }> {
  const lastSync = disk === "honest" ? syncs.findLast(({ end }) => end < at) : undefined;
  for (const effect of effects)
    if (effect.begin < at)
      yield { effect, fate: effect.end < (lastSync?.begin ?? 0) ? "there" : fateOf(effect) };
}

const SECTOR_BYTES = [512, 4096] as const;

function restoreFile(file: FileNode, restoring: Restoring): Buffer {
  const content = new Content(file, restoring.chance);
  for (const { effect, fate } of judged(file, restoring))
    if ("length" in effect) content.truncate(effect, fate);
    else content.write(effect, fate);
  return content.bytes();
}

class Content {
  readonly #chance: Chance;
  readonly #sectorBytes: number;
  readonly #bytes: Buffer;
  #length: number;
  /** How long the file was for the process. */
  #longest = 0;

  constructor({ base, effects }: FileNode, chance: Chance) {
    this.#chance = chance;
    this.#sectorBytes = chance.pick(SECTOR_BYTES);
    this.#bytes = Buffer.alloc(effects.reduce((most, effect) => Math.max(most, endOf(effect)), base.length));
    this.#length = base.copy(this.#bytes);
  }

  truncate({ length }: Truncation, fate: Fate): void {
    if (fate === "lost") return;
    this.#bytes.fill(0, Math.min(length, this.#length));
    this.#length = length;
    this.#longest = 0;
  }

  write(write: Write, fate: Fate): void {
    this.#longest = Math.max(this.#longest, endOf(write));
    if (fate === "there") this.#put(write);
    if (fate === "torn")
      for (const part of sectorsOf(write, this.#sectorBytes)) if (this.#chance.happens(0.5)) this.#put(part);
  }

  #put({ offset, bytes }: Pick<Write, "offset" | "bytes">): void {
    bytes.copy(this.#bytes, offset);
    this.#length = Math.max(this.#length, offset + bytes.length);
  }

  /** The length of a file may be on the disk before what it counts: then there are zeros. */
  bytes(): Buffer {
    const isLonger = this.#longest > this.#length && this.#chance.happens(0.2);
    return this.#bytes.subarray(0, isLonger ? this.#longest : this.#length);
  }
}

function endOf(effect: FileEffect): number {
  return "length" in effect ? effect.length : effect.offset + effect.bytes.length;
}

function* sectorsOf({ offset, bytes }: Write, sectorBytes: number) {
  for (let from = 0; from < bytes.length; ) {
    const to = Math.min(bytes.length, from + sectorBytes - ((offset + from) % sectorBytes));
    yield { offset: offset + from, bytes: bytes.subarray(from, to) };
    from = to;
  }
}
