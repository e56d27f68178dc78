import { type Command, Option } from "commander";
import { explainRange, isSingle, readAddressRange } from "../../base/address-range.ts";
import { errorText } from "../../base/error-text.ts";
import { silentLog } from "../../base/log.ts";
import { printableJson } from "../../base/printable.ts";
import { isInTheClear, readServerAddress } from "../../base/server-address.ts";
import { expandMapping } from "../../mapping/load.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import { locate, type Problem } from "../../mapping/problem.ts";
import { prefixOf } from "../../mapping/server-part.ts";
import type { Surroundings } from "../environment.ts";
import { spread } from "../learn/binding.ts";
import { askListsOf, tellSearch } from "../mapping/listed-rooms.ts";
import { complainAbout, type ReadMapping, readMapping } from "../mapping/mapping-file.ts";
import { CHOOSE_LONGER, readSecret, warnAboutSecrets } from "../mapping/secrets.ts";
import { findUncertainAnswers } from "../mapping/several-addresses.ts";
import { upgradeFile } from "../mapping/upgrade-file.ts";
import { complain, endWith, exitCodes, print, printJson, printText, style } from "../terminal.ts";

/** `check`: reads a mapping and lists its problems. */
export function addCheckCommand(program: Command, { loadVocabulary }: Surroundings): void {
  program
    .command("check")
    .description("check a mapping file without hardware or server; lists all problems at once")
    .argument("<mapping>", "mapping file")
    .option("--json", "print the problems as JSON")
    .option("--strict", "take warnings for errors")
    .option("--expanded", "print what panels, ranges and tables become")
    .option("--online", "ask the server for its list of rooms, for a mapping that takes rooms from it")
    .addOption(
      new Option(
        "--upgrade",
        "first write the file, and those it includes, in the newest words; comments stay",
      ).conflicts(["json", "expanded"]),
    )
    .addOption(new Option("--dry-run", "only show what --upgrade would write").implies({ upgrade: true }))
    .action(async (file: string, options: CheckOptions) => {
      if (options.upgrade === true && !(await upgrade(file, options, loadVocabulary))) return;
      const read = await readWith(file, options, loadVocabulary);
      const { mapping } = read;
      const { problems, unseen } = mapping === undefined ? UNSEEN : await seePictures(read, mapping);
      const advice = mapping === undefined ? [] : [...adviseOn(mapping), ...unseen];
      if (options.expanded === true && read.source?.root !== undefined)
        printExpanded(expandMapping(read.source.root, await loadVocabulary()));
      tell(file, { ...read, problems: [...read.problems, ...problems] }, { ...options, advice });
    });
}

/** Whether the file could be written, or had not to be: what is wrong in it is told afterwards. */
async function upgrade(
  file: string,
  options: CheckOptions,
  loadVocabulary: VocabularyLoader,
): Promise<boolean> {
  const { source } = await readMapping(file, loadVocabulary);
  if (source?.root === undefined) return true;
  try {
    await upgradeFile(file, source, options);
    return true;
  } catch (error) {
    complain(`nothing more was written: ${errorText(error)}`);
    endWith(exitCodes.failed);
    return false;
  }
}

interface SeenPictures {
  readonly problems: readonly Problem[];
  /** Why nothing could be measured. */
  readonly unseen: readonly string[];
}

const UNSEEN: SeenPictures = { problems: [], unseen: [] };

/** What people could not read on keys. The drawing of keys is loaded now, and only where a panel has displays. */
async function seePictures({ source }: ReadMapping, mapping: Mapping): Promise<SeenPictures> {
  if (source === undefined) return UNSEEN;
  const { checkPictures } = await import("../../bridge/check-pictures.ts");
  try {
    return { problems: locate({ ...source, slips: [] }, await checkPictures(mapping)), unseen: [] };
  } catch (error) {
    return { problems: [], unseen: [`whether texts fit their keys is not known here: ${errorText(error)}`] };
  }
}

interface Telling extends CheckOptions {
  readonly advice: readonly string[];
}

function tell(file: string, { mapping, problems }: ReadMapping, options: Telling): void {
  const { advice, strict, expanded, json } = options;
  const isSound = mapping !== undefined && !(strict === true && problems.length + advice.length > 0);
  if (json === true) printJson({ file, ok: isSound, problems });
  else complainAbout(file, problems);
  for (const text of advice) complain(style("yellow", `warning: ${text}`, process.stderr));
  if (!isSound) endWith(exitCodes.mapping);
  if (!isSound || json === true || expanded === true) return;
  for (const line of [...tellAllowed(mapping), ...tellSearch(mapping)]) print(line);
  print(`${style("green", "fine")}: ${file} (${tellCounts(mapping)})`);
}

/** A room and a device a line, for people to read and programs to compare. */
function printExpanded(document: unknown): void {
  const lines = Object.entries(document as object).map(([key, value]) => {
    const isTable = ["panels", "rooms", "devices", "looks"].includes(key) && typeof value === "object";
    return `  ${JSON.stringify(key)}: ${isTable ? spreadEntries(value) : spread(value)}`;
  });
  printText(`{\n${lines.join(",\n")}\n}`.split("\n").map(printableJson).join("\n"));
}

function spreadEntries(table: object): string {
  const lines = Object.entries(table).map(([key, value]) => `    ${JSON.stringify(key)}: ${spread(value)}`);
  return lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n  }`;
}

interface CheckOptions {
  readonly json?: true;
  readonly strict?: true;
  readonly expanded?: true;
  readonly upgrade?: true;
  readonly dryRun?: true;
  readonly online?: true;
}

/** `12 rooms, 24 devices`, and of rooms by the server's list those that are found. */
function tellCounts({ rooms, unfound, devices, searches }: Mapping): string {
  const count = rooms.size + unfound.size;
  const isOpen = [...searches.values()].some(({ patterns, isListed }) => patterns.length > 0 && !isListed);
  return `${count} rooms${isOpen ? " and those of the server's list" : ""}, ${devices.size} devices`;
}

/** With the rooms of the server's list where it may be asked. */
async function readWith(
  file: string,
  { online }: CheckOptions,
  loadVocabulary: VocabularyLoader,
): Promise<ReadMapping> {
  const read = await readMapping(file, loadVocabulary);
  const { mapping } = read;
  if (online !== true || mapping === undefined || mapping.searches.size === 0) return read;
  const { known, failures } = await askListsOf(mapping, file, silentLog);
  for (const { server, why } of failures) {
    const text = `warning: ${prefixOf(mapping, server)}the server does not show its list: ${why}`;
    complain(style("yellow", text, process.stderr));
  }
  return known.size === 0 ? read : readMapping(file, loadVocabulary, { rooms: known });
}

/** What can be said of the secrets that are there, and of the addresses of this machine. */
export function adviseOn(mapping: Mapping): readonly string[] {
  const { webhookFrom } = mapping.alarms;
  const webhook = webhookFrom === undefined ? undefined : readServerAddress(readSecret(webhookFrom) ?? "");
  const isClear = webhook !== undefined && isInTheClear(webhook);
  return [
    ...warnAboutSecrets(mapping).map((text) => `${text}: ${CHOOSE_LONGER}`),
    ...findUncertainAnswers(mapping),
    ...(isClear
      ? [`${webhookFrom} (the webhook) is http://: alarms travel in clear text; use https://`]
      : []),
  ];
}

/** Which addresses the entries of each `allow` mean, a line for each entry and all devices that have it. */
function tellAllowed({ devices }: Mapping): readonly string[] {
  const devicesOf = new Map<string, string[]>();
  for (const { id, link } of devices.values())
    for (const entry of link?.allow ?? []) devicesOf.set(entry, [...(devicesOf.get(entry) ?? []), id]);
  return [...devicesOf].map(([entry, ids]) => {
    const range = readAddressRange(entry);
    const kept = range !== undefined && isSingle(range) ? ", always gets one connection" : "";
    return `${tellDevices(ids)} ${entry}: ${range === undefined ? "nobody" : explainRange(range)}${kept}`;
  });
}

function tellDevices([first, ...others]: readonly string[]): string {
  return others.length === 0 ? `"${first}" hears` : `"${first}" and ${others.length} more hear`;
}
