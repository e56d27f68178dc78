import { errorText } from "../../base/error-text.ts";
import type { Log } from "../../base/log.ts";
import type { NativePart } from "../../driver/contract.ts";
import type { Mapping } from "../../mapping/mapping.ts";

interface MissingPart {
  readonly name: string;
  readonly without: string;
  readonly why: string;
}

const JOURNAL: NativePart = {
  name: "@photostructure/sqlite",
  load: () => import("../../journal/sqlite.ts"),
  without: "There is no journal, and marks that wait for the server are lost when the bridge ends.",
};

/** Panels that show pictures load it when they open, and say so themselves where that fails. */
const PICTURES: NativePart = {
  name: "@napi-rs/canvas",
  load: () => import("@napi-rs/canvas"),
  without: "Keys show plain colours, without words and icons.",
};

/** Logs what does not work on this platform; what the mapping's devices need is loaded by then. */
export async function tellMissingParts(mapping: Mapping, log: Log): Promise<void> {
  for (const { name, without, why } of await findMissing([JOURNAL, ...partsOf(mapping)]))
    log.error(`${name} has no build for this machine. ${without}`, { why });
}

/** The same for `doctor`, which may take its time. */
export function findMissingParts(mapping: Mapping | undefined): Promise<readonly MissingPart[]> {
  return findMissing([JOURNAL, PICTURES, ...(mapping === undefined ? [] : partsOf(mapping))]);
}

function partsOf({ devices }: Mapping): readonly NativePart[] {
  const kinds = new Set([...devices.values()].map(({ kind }) => kind));
  return [...kinds].flatMap(({ natives = [] }) => natives);
}

async function findMissing(parts: readonly NativePart[]): Promise<readonly MissingPart[]> {
  const missing = await Promise.all(parts.map(tryToLoad));
  return missing.flatMap((one) => one ?? []);
}

async function tryToLoad({ name, without, load }: NativePart): Promise<MissingPart | undefined> {
  try {
    await load();
    return undefined;
  } catch (error) {
    const [why = ""] = errorText(error).split("\n");
    return { name, without, why };
  }
}
