import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import type { FoundUnit } from "../find/source.ts";

/** An event file of Linux's input layer and what the kernel tells about the device behind it. */
export interface InputNode {
  readonly unit: FoundUnit;
  /** Codes of the keys that it has. */
  readonly keys: ReadonlySet<number>;
  /** Codes of what it turns. */
  readonly dials: ReadonlySet<number>;
}

/** Where the kernel tells of input devices; tests name others. */
export interface InputFolders {
  /** Where the kernel describes them: readable by everybody. */
  readonly described: string;
  /** Where they are opened. */
  readonly opened: string;
}

const FOLDERS: InputFolders = { described: "/sys/class/input", opened: "/dev/input" };

/** Bounds what is read; machines have a dozen. */
const MOST_NODES = 256;

/** Lists what is attached, in the order of their numbers. Empty where there is no input layer. */
export async function listInputNodes(folders: InputFolders = FOLDERS): Promise<readonly InputNode[]> {
  const names = (await namesIn(folders.described)).filter((name) => /^event\d+$/.test(name));
  const links = await readLinks(folders.opened);
  const numbered = names.toSorted((one, other) => Number(one.slice(5)) - Number(other.slice(5)));
  const nodes = numbered.slice(0, MOST_NODES).map((name) => readNode(name, folders, links));
  return (await Promise.all(nodes)).filter((node) => node !== undefined);
}

async function readNode(
  name: string,
  { described, opened }: InputFolders,
  links: ReadonlyMap<string, string>,
): Promise<InputNode | undefined> {
  const device = join(described, name, "device");
  const read = async (file: string) => (await readFile(join(device, file), "utf8").catch(() => "")).trim();
  const [productName, vendor, product, release, serialNumber, keys, dials] = await Promise.all(
    ["name", "id/vendor", "id/product", "id/version", "uniq", "capabilities/key", "capabilities/rel"].map(
      read,
    ),
  );
  if (!vendor || !product) return undefined;
  const place = await realpath(device).catch(() => "");
  const keyCodes = readBitmap(keys ?? "");
  return {
    unit: {
      path: links.get(name) ?? join(opened, name),
      productName: productName || "keyboard",
      vendorId: Number.parseInt(vendor, 16),
      productId: Number.parseInt(product, 16),
      serialNumber: serialNumber || undefined,
      release: release ? Number.parseInt(release, 16) : undefined,
      usagePage: undefined,
      usage: undefined,
      ...placeOf(place),
      ...(TYPING_KEYS.every((code) => keyCodes.has(code)) ? { isKeyboard: true } : {}),
    },
    keys: keyCodes,
    dials: readBitmap(dials ?? ""),
  };
}

/** Q to P, A to L, Z to M, Shift and Control: what a keyboard for people has. */
const TYPING_KEYS = [
  [16, 25],
  [29, 38],
  [42, 42],
  [44, 50],
].flatMap(([first = 0, last = 0]) => Array.from({ length: last - first + 1 }, (_, index) => first + index));

/** `.../1-1.4/1-1.4:1.0/0003:.../input/input7`: the port and the number of the interface. */
function placeOf(place: string): Pick<FoundUnit, "port" | "interface"> {
  const [, port, number] = /\/(\d+-[\d.]+):\d+\.(\d+)\//.exec(place) ?? [];
  return { port, interface: number === undefined ? undefined : Number(number) };
}

/** Hexadecimal words of a machine word's width, the highest first, as sysfs writes its bitmaps. */
function readBitmap(text: string): ReadonlySet<number> {
  const words = text.split(/\s+/).filter((word) => word !== "");
  // All but the first word are written without leading zeros too, so the width is that of this machine.
  const codes = words
    .toReversed()
    .flatMap((word, index) => bitsOf(word).map((bit) => index * WORD_BITS + bit));
  return new Set(codes);
}

const WORD_BITS = ["arm", "ia32"].includes(process.arch) ? 32 : 64;

function bitsOf(word: string): readonly number[] {
  if (!/^[0-9a-f]{1,16}$/i.test(word)) return [];
  const value = BigInt(`0x${word}`);
  return Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (value >> BigInt(bit)) & 1n);
}

/** From the event file's name to the link that stays when it is plugged in again: by-id before by-path. */
async function readLinks(folder: string): Promise<ReadonlyMap<string, string>> {
  const links = new Map<string, string>();
  for (const sort of ["by-path", "by-id"]) {
    for (const name of await namesIn(join(folder, sort))) {
      const link = join(folder, sort, name);
      const target = await readlink(link).catch(() => "");
      if (target !== "") links.set(basename(target), link);
    }
  }
  return links;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder).catch(() => [])).toSorted();
}
