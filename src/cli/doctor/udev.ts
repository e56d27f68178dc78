import { existsSync, readFileSync } from "node:fs";
import { type Finding, failed, warn } from "./finding.ts";

/** Where the rules for access to devices are installed. */
export const RULES_FILE = "/etc/udev/rules.d/70-valt-bridge.rules";
const APPLY = "sudo udevadm control --reload && sudo udevadm trigger";
/** The remedy where the rules are missing. */
export const INSTALL_RULES = `valt-bridge udev | sudo tee ${RULES_FILE}, then ${APPLY}`;

/** Ids below are the system's own: from systemd 258 on udev gives no device to any other group. */
const FIRST_PERSON = 1000;

/** What the installed rules do not do here. `groups` is the text of /etc/group. */
export function examineRules(rules: string, groups: string): readonly Finding[] {
  const lines = rules.split("\n").filter((line) => !/^\s*(?:#|$)/.test(line));
  const grants = lines.filter((line) => /\bGROUP="/.test(line));
  const named = new Set(grants.flatMap((line) => /\bGROUP="([^"]+)"/.exec(line)?.[1] ?? []));
  const isJoined = grants.some((line) => line.includes("uaccess"));
  const findings = [...named].flatMap((group) => examineGroup(group, groups, isJoined));
  if (!isJoined) return findings;
  const text = `the rules of ${RULES_FILE} are old: where their group is missing, they let nobody in`;
  return [...findings, warn("udev", text, INSTALL_RULES)];
}

function examineGroup(group: string, groups: string, isJoined: boolean): readonly Finding[] {
  const entries = groups.split("\n").map((line) => line.split(":"));
  const id = entries.find(([name]) => name === group)?.[2];
  if (id !== undefined && Number(id) < FIRST_PERSON) return [];
  const [what, remedy] =
    id === undefined
      ? ["does not exist here", `sudo groupadd --system ${group}`]
      : [
          `is none of the system's (${id}): systemd 258 and later ignore it`,
          `sudo groupmod -g ID ${group}, with a free ID below ${FIRST_PERSON}`,
        ];
  // Where people at the machine are let in by a line of their own, only services are shut out.
  const tell = isJoined ? failed : warn;
  return [
    tell("udev", `the group ${group}, to which the rules give devices, ${what}`, `${remedy}, then ${APPLY}`),
  ];
}

/** The same for this machine; nothing where the rules are not installed. */
export function examineInstalledRules(): readonly Finding[] {
  if (!existsSync(RULES_FILE)) return [];
  return examineRules(readOrNothing(RULES_FILE), readOrNothing("/etc/group"));
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
