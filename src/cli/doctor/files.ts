import { accessSync, constants, existsSync, readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { findHoldersOfFile } from "../places/port-owner.ts";
import { type Finding, failed, fine, warn } from "./finding.ts";
import { examineConsole } from "./getty.ts";
import { describeHolders } from "./listeners.ts";
import { examineInstalledRules, INSTALL_RULES, RULES_FILE } from "./udev.ts";

/** Whether this account can open a device file, and who has it; it is not opened. */
export function examineDeviceFile(path: string, about: string, own: readonly number[]): Finding {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    return failed(about, `there is no ${path}`, `plug the device in; ${whatIsThere(path)}`);
  if (!stats.isCharacterDevice())
    return failed(about, `${path} is no device`, "name the device's file in the mapping");
  const console = examineConsole(path, about);
  if (console?.state === "FAIL") return console;
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
  } catch {
    return failed(about, `${accountName()} may not open ${path}${ownerOf(stats)}`, remedyFor(stats));
  }
  return examineHolders(path, about, own) ?? console ?? fine(about, `${path} can be opened`);
}

/** Somebody who has it open already; the running bridges are known by their process numbers. */
export function examineHolders(path: string, about: string, own: readonly number[]): Finding | undefined {
  const holders = findHoldersOfFile(path).filter(({ pid }) => !own.includes(pid));
  if (holders.length === 0) return undefined;
  const text = `${path} is in use by ${describeHolders(holders)}`;
  const isShared = /^\/dev\/(?:hidraw|input\/)/.test(path);
  if (isShared) return warn(about, `${text}: each press counts there too`, "close that program");
  const service = SERVICES[holders[0]?.name ?? ""];
  const remedy = service === undefined ? "stop that program" : `systemctl disable --now ${service}`;
  return failed(about, text, `${remedy}, or name another port in the mapping`);
}

/** Programs that are known to take serial ports for what they are not: modems, Braille displays. */
const SERVICES: Readonly<Record<string, string>> = { ModemManager: "ModemManager", brltty: "brltty" };

/** What opens devices on USB to this account: the rules, else their group, else membership in it. */
export function howToPermit(): string {
  if (!existsSync(RULES_FILE)) return INSTALL_RULES;
  const [fault] = examineInstalledRules();
  if (fault !== undefined) return fault.remedy;
  return `${joinGroup("plugdev")}; the rules are installed, so unplug it and plug it in again`;
}

function remedyFor({ mode, gid }: Stats): string {
  const mayGroup = (mode & 0o060) === 0o060;
  return mayGroup && gid !== 0 ? joinGroup(groupName(gid)) : INSTALL_RULES;
}

function joinGroup(group: string): string {
  return `sudo usermod -aG ${group} ${accountName()}, and log in again (for the service: SupplementaryGroups=${group})`;
}

function ownerOf({ gid }: Stats): string {
  return `, which belongs to the group ${groupName(gid)}`;
}

function groupName(id: number): string {
  try {
    const lines = readFileSync("/etc/group", "utf8").split("\n");
    const line = lines.find((one) => one.split(":")[2] === String(id));
    return line?.split(":")[0] ?? String(id);
  } catch {
    return String(id);
  }
}

function whatIsThere(path: string): string {
  const folder = dirname(path);
  try {
    const names = readdirSync(folder).slice(0, MOST_NAMES);
    if (folder !== "/dev" && names.length > 0) return `${folder} has ${names.join(", ")}`;
  } catch {
    // The folder is made by udev when the first such device comes.
  }
  return "valt-bridge devices lists what is attached";
}

const MOST_NAMES = 8;

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `account ${process.getuid?.() ?? ""}`.trim();
  }
}
