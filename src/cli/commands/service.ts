import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { isLoopback } from "../../base/address.ts";
import type { Surroundings } from "../environment.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { credentialName, secretNamesOf } from "../mapping/secrets.ts";
import { findInstallation } from "../places/installation.ts";
import { addConsoleOptions, type ConsoleOptions, consoleWords } from "../running/console.ts";
import { renderUnit, type UnitPlan } from "../service/unit.ts";
import { complain, endWith, exitCodes, printText } from "../terminal.ts";

interface ServiceOptions extends ConsoleOptions {
  readonly consoleToken?: true;
  readonly consoleViewToken?: true;
  readonly user: string;
  readonly instance: string;
  readonly secrets: string;
}

/** `service`: prints a systemd unit. */
export function addServiceCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("service")
    .description("print a systemd unit for this installation and a mapping, with what to do with it")
    .argument("<mapping>", "mapping file")
    .option("--user <name>", "account that the service runs as", "valt-bridge")
    .option("--instance <name>", "to run several bridges on one machine", "default")
    .option("--secrets <folder>", "where the files with passwords are", "/etc/valt-bridge/secrets")
    .option(
      "--console-token",
      "the console's token is among them (without being said where others reach the console)",
    )
    .option("--console-view-token", "so is its token for viewing only");
  addConsoleOptions(command).action((file: string, options: ServiceOptions) =>
    printUnit(resolve(file), options, surroundings),
  );
}

async function printUnit(
  mappingFile: string,
  options: ServiceOptions,
  { loadVocabulary }: Surroundings,
): Promise<void> {
  const odd = [options.user, options.instance].find((name) => !/^[\w.-]+$/.test(name));
  if (odd !== undefined) {
    complain(`"${odd}" cannot be part of a unit: letters, digits, _ . and - are`);
    endWith(exitCodes.usage);
    return;
  }
  const { mapping, problems } = await readMapping(mappingFile, loadVocabulary);
  complainAbout(mappingFile, problems);
  if (mapping === undefined) {
    endWith(exitCodes.mapping);
    return;
  }
  const { main } = findInstallation();
  const plan: UnitPlan = {
    node: process.execPath,
    main,
    mappingFile,
    user: options.user,
    instance: options.instance,
    secretsFolder: resolve(options.secrets),
    credentials: [...secretNamesOf(mapping).map(({ name }) => name), ...tokenNames(options)].map(
      credentialName,
    ),
    consoleWords: consoleWords({
      ...options,
      ...absolute("consoleCertificate", options),
      ...absolute("consoleKey", options),
    }),
    ...sortGroups(readGroups()),
  };
  printText(renderUnit(plan));
}

/** Beyond this machine a token is a must. */
function tokenNames({ console: place, consoleToken, consoleViewToken }: ServiceOptions): readonly string[] {
  const isFar = place !== false && !isLoopback(place.host);
  return [
    ...(isFar || consoleToken === true ? ["VALT_CONSOLE_TOKEN"] : []),
    ...(consoleViewToken === true ? ["VALT_CONSOLE_VIEW_TOKEN"] : []),
  ];
}

function absolute(
  key: "consoleCertificate" | "consoleKey",
  options: ServiceOptions,
): Partial<ConsoleOptions> {
  const file = options[key];
  return file === undefined ? {} : { [key]: resolve(file) };
}

/** Whose members may open what panels are attached to: USB devices, serial ports, keyboards. */
const WANTED_GROUPS = ["plugdev", "dialout", "uucp", "input"];
/** Debian's name for the group of serial ports, and that of others. */
const SERIAL_GROUPS = ["dialout", "uucp"];

/** A unit that names a group which does not exist does not start (systemd.exec(5)). */
function sortGroups(known: ReadonlySet<string>): Pick<UnitPlan, "groups" | "missingGroups"> {
  const groups = WANTED_GROUPS.filter((name) => known.has(name));
  const hasSerial = SERIAL_GROUPS.some((name) => known.has(name));
  const missingGroups = WANTED_GROUPS.filter(
    (name) => !known.has(name) && !(hasSerial && SERIAL_GROUPS.includes(name)),
  );
  return { groups, missingGroups };
}

function readGroups(): ReadonlySet<string> {
  try {
    const lines = readFileSync("/etc/group", "utf8").split("\n");
    return new Set(lines.map((line) => line.split(":")[0] ?? ""));
  } catch {
    return new Set();
  }
}
