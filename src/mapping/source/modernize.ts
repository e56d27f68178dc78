import type { Slip } from "../../base/document/parse.ts";
import { type Entry, findEntry, type ObjectPart, type Part } from "../../base/document/part.ts";
import { newestVersion, type Rewording, type Step } from "./steps.ts";

/** The version that a mapping says it has; nothing for what is no version, which its schema tells. */
export function versionOf(main: ObjectPart): number | undefined {
  const said = findEntry(main, "version")?.part;
  if (said === undefined) return 0;
  const isVersion = said.kind === "scalar" && Number.isSafeInteger(said.value) && Number(said.value) >= 0;
  return isVersion ? Number(said.value) : undefined;
}

/** Why a mapping cannot be read by this program. */
export function tellTooNew(main: ObjectPart, version: number): Slip {
  const at = findEntry(main, "version")?.part.at ?? main.at;
  const message = `this mapping has version ${version}, and this program knows none after ${newestVersion}`;
  return { severity: "error", at, message, hint: "it needs a newer valt-bridge" };
}

interface Reading {
  /** Of the mapping, whichever of its files this is. */
  readonly version: number;
  readonly steps: readonly Step[];
  report(slip: Slip): void;
}

/** A file of an older version in the words of the newest, with the places of what stands there. Each older word is told. */
export function modernize(file: ObjectPart, { version, steps, report }: Reading): ObjectPart {
  const missing = stepsAfter(version, steps);
  if (missing.length === 0) return file;
  const modern = missing.reduce((former, step) => {
    const rewordings = step.reword(former).filter(({ isDecision }) => isDecision !== true);
    return rewordings.reduce((part, one) => reword(part, one, report), former);
  }, file);
  const saysNewest = (entry: Entry) =>
    entry.key === "version" ? replace(entry, { key: "version", value: newestVersion }) : entry;
  return { ...modern, entries: modern.entries.map(saysNewest) };
}

export function stepsAfter(version: number, steps: readonly Step[]): readonly Step[] {
  return steps.filter(({ to }) => to > version);
}

function reword(
  file: ObjectPart,
  { path: [key, ...rest], entries }: Rewording,
  report: Reading["report"],
): ObjectPart {
  const inside = (part: Part): Part => {
    const [next, ...further] = rest;
    if (next === undefined || part.kind !== "object") return part;
    return reword(part, { path: [next, ...further], entries }, report);
  };
  return {
    ...file,
    entries: file.entries.flatMap((entry) => {
      if (entry.key !== key) return [entry];
      if (rest.length > 0) return [{ ...entry, part: inside(entry.part) }];
      report(tellOlder(entry, entries));
      return entries.map((one) => replace(entry, one));
    }),
  };
}

function replace(former: Entry, { key, value }: Rewording["entries"][number]): Entry {
  if (value === undefined) return { ...former, key };
  const { at, uses } = former.part;
  return { ...former, key, part: { kind: "scalar", at, uses, value } };
}

function tellOlder({ key, keyAt }: Entry, entries: Rewording["entries"]): Slip {
  const now = entries.map((one) =>
    one.value === undefined ? `"${one.key}"` : `"${one.key}": ${JSON.stringify(one.value)}`,
  );
  const message = `"${key}" is an older word: it is read as ${now.join(", ")}`;
  return { severity: "warning", at: keyAt, message, hint: '"valt-bridge check --upgrade" writes it so' };
}
