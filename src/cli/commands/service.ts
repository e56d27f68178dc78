import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { isLoopback } from "../../base/address.ts";
import type { Surroundings } from "../environment.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { credentialName, secretNamesOf } from "../mapping/secrets.ts";
import { findInstallation } from "../places/installation.ts";
import {
  addConsoleOptions,
  type ConsoleOptions,
  consoleRights,
  consoleTokens,
  consoleWords,
} from "../running/console.ts";
import { LAUNCHD_HOME, renderDaemon } from "../service/launchd.ts";
import type { ServicePlan, ServiceText } from "../service/plan.ts";
import { renderUnit, type UnitPlan } from "../service/unit.ts";
import { renderWindowsService, WINDOWS_HOME } from "../service/windows.ts";
import { complain, complainText, endWith, exitCodes, printText } from "../terminal.ts";

interface ServiceOptions extends ConsoleOptions {
  readonly consoleToken?: true;
  readonly consoleViewToken?: true;
  readonly consoleEditToken?: true;
  readonly for: System;
  readonly user?: string;
  readonly instance: string;
  readonly secrets?: string;
}

/** What keeps services running, how its file is written, and what is usual there. */
const systems = {
  systemd: {
    user: "valt-bridge",
    secrets: "/etc/valt-bridge/secrets",
    render: (plan: ServicePlan): ServiceText => ({
      file: renderUnit({ ...plan, ...sortGroups(readGroups()) }),
    }),
  },
  launchd: { user: "_valtbridge", secrets: `${LAUNCHD_HOME}/secrets`, render: renderDaemon },
  windows: { user: "LocalService", secrets: `${WINDOWS_HOME}\\secrets`, render: renderWindowsService },
} as const;
type System = keyof typeof systems;

/** That of this machine. */
function usualSystem(platform: NodeJS.Platform): System {
  if (platform === "win32") return "windows";
  return platform === "darwin" ? "launchd" : "systemd";
}

/** `service`: prints what makes a service of it. */
export function addServiceCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("service")
    .description("print the file of a service for this installation and a mapping, and what to do with it")
    .argument("<mapping>", "mapping file")
    .addOption(
      new Option("--for <system>", "what keeps it running")
        .choices(Object.keys(systems))
        .default(usualSystem(process.platform), "this machine's"),
    )
    .option("--user <name>", "account that the service runs as (default: as is usual there)")
    .option("--instance <name>", "to run several bridges on one machine", "default")
    .option("--secrets <folder>", "where the files with passwords are (default: as is usual there)")
    .option(
      "--console-token",
      "the console's token is among them (without being said where others reach the console)",
    )
    .option("--console-view-token", "so is its token for viewing only")
    .option("--console-edit-token", "so is its token for editing the mapping");
  addConsoleOptions(command).action((file: string, options: ServiceOptions) =>
    printService(resolve(file), options, surroundings),
  );
}

async function printService(
  mappingFile: string,
  options: ServiceOptions,
  { loadVocabulary }: Surroundings,
): Promise<void> {
  const system = systems[options.for];
  const { user = system.user } = options;
  const odd = [user, options.instance].find((name) => !/^[\w.-]+$/.test(name));
  if (odd !== undefined) {
    complain(`"${odd}" cannot be part of a service's file: letters, digits, _ . and - are`);
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
  const plan: ServicePlan = {
    node: process.execPath,
    main,
    mappingFile,
    user,
    instance: options.instance,
    secretsFolder: options.secrets === undefined ? system.secrets : resolve(options.secrets),
    credentials: [...secretNamesOf(mapping).map(({ name }) => name), ...tokenNames(options)].map(
      credentialName,
    ),
    consoleWords: consoleWords({
      ...options,
      ...absolute("consoleCertificate", options),
      ...absolute("consoleKey", options),
    }),
  };
  const { file, page } = system.render(plan);
  printText(file);
  // Comments of XML may hold no options.
  if (page !== undefined) complainText(page);
}

/** Beyond this machine a token is a must. */
function tokenNames({ console: place, ...options }: ServiceOptions): readonly string[] {
  const isFar = place !== false && !isLoopback(place.host);
  const wanted = {
    press: isFar || options.consoleToken === true,
    view: options.consoleViewToken === true,
    edit: options.consoleEditToken === true,
  };
  return consoleRights.filter((right) => wanted[right]).map((right) => consoleTokens[right]);
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
