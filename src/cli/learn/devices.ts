import { resolve } from "node:path";
import { errorText } from "../../base/error-text.ts";
import type { ControlId, DeviceKind } from "../../driver/contract.ts";
import type { Surroundings } from "../environment.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { complain, complainText } from "../terminal.ts";

/** A device that is to be opened and watched. */
export interface LearnedDevice {
  /** What a mapping calls it, or would. */
  readonly name: string;
  readonly kind: DeviceKind;
  /** As a mapping says them; `undefined` where the mapping says them already. */
  readonly pasted: Readonly<Record<string, unknown>> | undefined;
  /** What it is opened with. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly named: readonly ControlId[];
}

/** Which devices are meant: those of a mapping, or those attached whose product is called so. */
export interface DeviceChoice {
  readonly mapping?: string;
  readonly product?: string;
}

/** The devices that are meant; why there are none has been said. */
export async function findDevices(
  names: readonly string[],
  choice: DeviceChoice,
  surroundings: Surroundings,
): Promise<readonly LearnedDevice[]> {
  if (choice.product !== undefined) return findProduct(choice.product, surroundings);
  if (choice.mapping !== undefined) return findMapped(names, resolve(choice.mapping), surroundings);
  return findAttached(names, surroundings);
}

/** A product of which nothing is known, opened by every kind that can draft a profile of it. */
async function findProduct(ids: string, { loadVocabulary }: Surroundings): Promise<readonly LearnedDevice[]> {
  const { kinds } = await loadVocabulary();
  const drafting = kinds.filter(({ draftProfile }) => draftProfile !== undefined);
  const found = drafting.flatMap((kind) => prepare(kind, { ids }, ids) ?? []);
  if (found.length === 0)
    complain(`"${ids}" is no product: vendor and product id as lsusb shows them, such as 05f3:0438`);
  return found;
}

async function findMapped(
  names: readonly string[],
  file: string,
  { loadVocabulary }: Surroundings,
): Promise<readonly LearnedDevice[]> {
  const { mapping, problems } = await readMapping(file, loadVocabulary);
  complainAbout(file, problems);
  if (mapping === undefined) return [];
  const wanted = names.length === 0 ? [...mapping.devices.keys()] : names;
  return wanted.flatMap((name) => {
    const device = [...mapping.devices.values()].find(({ id }) => id === name);
    if (device === undefined) {
      complain(`the mapping has no device "${name}"; it has ${[...mapping.devices.keys()].join(", ")}`);
      return [];
    }
    const { kind, settings, controls } = device;
    // Only kinds whose controls are free names need to be told them.
    const named = kind.linkStyle === "none" ? [] : [...controls.keys()];
    return [{ name, kind, pasted: undefined, settings: withoutGrab(kind, settings), named }];
  });
}

async function findAttached(
  names: readonly string[],
  { loadVocabulary, signal }: Surroundings,
): Promise<readonly LearnedDevice[]> {
  const { kinds } = await loadVocabulary();
  const lists = await Promise.all(
    kinds.map(async (kind) => {
      const listed = (await kind.discover?.(signal).catch((error: unknown) => complainOf(kind, error))) ?? [];
      return listed.map((device) => ({ kind, ...device }));
    }),
  );
  const attached = lists.flat().map((device, index) => ({ ...device, number: String(index + 1) }));
  const wanted = attached.filter(
    (device) => names.length === 0 || names.some((name) => isMeant(device, name)),
  );
  if (wanted.length === 0) {
    complain(
      names.length === 0
        ? "No device is attached that lists itself."
        : `Nothing attached is called ${names.join(" or ")}.`,
    );
    for (const { number, productName, settings } of attached)
      complain(`  ${number}  ${productName}  ${JSON.stringify(settings)}`);
  }
  const taken = new Set<string>();
  return wanted.flatMap(({ kind, settings, productName, missing }) => {
    if (missing !== undefined) complain(`${productName}: ${missing}`);
    return prepare(kind, settings, nameFor(productName, taken)) ?? [];
  });
}

function complainOf(kind: DeviceKind, error: unknown): readonly [] {
  complain(`${kind.kind}: ${errorText(error)}`);
  return [];
}

interface Attached {
  readonly number: string;
  readonly productName: string;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** By its number in the list, a part of its name, or a setting such as its serial number. */
function isMeant({ number, productName, settings }: Attached, name: string): boolean {
  return (
    number === name ||
    productName.toLowerCase().includes(name.toLowerCase()) ||
    Object.values(settings).some((value) => String(value) === name)
  );
}

function nameFor(productName: string, taken: Set<string>): string {
  const base =
    productName
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-|-$/g, "") || "device";
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  taken.add(name);
  return name;
}

function prepare(
  kind: DeviceKind,
  pasted: Readonly<Record<string, unknown>>,
  name: string,
): LearnedDevice | undefined {
  const parsed = kind.settingsSchema.safeParse(pasted);
  if (!parsed.success) return undefined;
  const completed = kind.completeSettings?.(parsed.data, undefined);
  if (completed?.ok === false) complainText(`${name}: ${completed.failure.message}`);
  const settings = completed?.ok === true ? completed.value : parsed.data;
  return { name, kind, pasted, settings: withoutGrab(kind, settings), named: [] };
}

/** What is typed on a keyboard that is watched must still reach the terminal in which this runs: so must Ctrl-C. */
function withoutGrab(
  { settingsSchema }: DeviceKind,
  settings: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return "grab" in settingsSchema.shape ? { ...settings, grab: "off" } : settings;
}
