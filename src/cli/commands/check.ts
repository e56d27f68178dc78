import type { Command } from "commander";
import { explainRange, isSingle, readAddressRange } from "../../base/address-range.ts";
import { plainValue } from "../../base/document/part.ts";
import { isInTheClear, readServerAddress } from "../../base/server-address.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import type { Surroundings } from "../environment.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { CHOOSE_LONGER, readSecret, warnAboutSecrets } from "../mapping/secrets.ts";
import { findUncertainAnswers } from "../mapping/several-addresses.ts";
import { complain, endWith, exitCodes, print, printJson, style } from "../terminal.ts";

/** `check`: reads a mapping and lists its problems. */
export function addCheckCommand(program: Command, { loadVocabulary }: Surroundings): void {
  program
    .command("check")
    .description("check a mapping file without hardware or server; lists all problems at once")
    .argument("<mapping>", "mapping file")
    .option("--json", "print the problems as JSON")
    .option("--strict", "take warnings for errors")
    .option("--expanded", "print what panels, ranges and tables become")
    .action(async (file: string, options: CheckOptions) => {
      const { mapping, problems, source } = await readMapping(file, loadVocabulary);
      const advice = mapping === undefined ? [] : adviseOn(mapping);
      const isSound =
        mapping !== undefined && !(options.strict === true && problems.length + advice.length > 0);
      if (options.expanded === true && source?.root !== undefined) printJson(plainValue(source.root));
      if (options.json === true) printJson({ file, ok: isSound, problems });
      else complainAbout(file, problems);
      for (const text of advice) complain(style("yellow", `warning: ${text}`, process.stderr));
      if (!isSound) return endWith(exitCodes.mapping);
      if (options.json === true || options.expanded === true) return;
      for (const line of tellAllowed(mapping)) print(line);
      const counts = `${mapping.rooms.size} rooms, ${mapping.devices.size} devices`;
      print(`${style("green", "fine")}: ${file} (${counts})`);
    });
}

interface CheckOptions {
  readonly json?: true;
  readonly strict?: true;
  readonly expanded?: true;
}

/** What can be said of the secrets that are there, and of the addresses of this machine. */
function adviseOn(mapping: Mapping): readonly string[] {
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
    const kept = range !== undefined && isSingle(range) ? ", its place is kept" : "";
    return `${tellDevices(ids)} ${entry}: ${range === undefined ? "nobody" : explainRange(range)}${kept}`;
  });
}

function tellDevices([first, ...others]: readonly string[]): string {
  return others.length === 0 ? `"${first}" hears` : `"${first}" and ${others.length} more hear`;
}
