import { posix } from "node:path";
import { commandOf, type ServicePlan, type ServiceText, xml } from "./plan.ts";

/** Of macOS; `SECRETS` is beside it. */
export const LAUNCHD_HOME = "/usr/local/var/valt-bridge";

/**
 * A daemon of macOS (launchd.plist(5)). launchd runs nothing after a daemon that was killed: the guardian darkens the panels of
 * one that hangs, and those of one that was killed stay lit until it is back.
 */
export function renderDaemon(plan: ServicePlan): ServiceText {
  const state = posix.join(LAUNCHD_HOME, "state");
  const log = `/var/log/${labelOf(plan)}.log`;
  const file = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<plist version="1.0">',
    "<dict>",
    ...pair("Label", text(labelOf(plan))),
    ...pair("ProgramArguments", ["<array>", ...commandOf(plan).map(text).map(indent), "</array>"]),
    ...pair("EnvironmentVariables", [
      "<dict>",
      ...pair("STATE_DIRECTORY", text(state)),
      ...pair("CREDENTIALS_DIRECTORY", text(plan.secretsFolder)),
      "</dict>",
    ]),
    ...pair("UserName", text(plan.user)),
    ...pair("RunAtLoad", "<true/>"),
    ...pair("KeepAlive", ["<dict>", ...pair("SuccessfulExit", "<false/>"), "</dict>"]),
    ...pair("ThrottleInterval", "<integer>5</integer>"),
    ...pair("ExitTimeOut", "<integer>20</integer>"),
    // 077: what it writes is for its account alone.
    ...pair("Umask", "<integer>63</integer>"),
    // Others are slowed down while nobody sits at the machine.
    ...pair("ProcessType", text("Interactive")),
    ...pair("StandardOutPath", text(log)),
    ...pair("StandardErrorPath", text(log)),
    "</dict>",
    "</plist>",
  ].join("\n");
  return { file, page: page(plan, state, log) };
}

function labelOf({ instance }: ServicePlan): string {
  return instance === "default" ? "valt-bridge" : `valt-bridge.${instance}`;
}

function pair(key: string, value: string | readonly string[]): readonly string[] {
  const lines = typeof value === "string" ? [value] : value;
  return [`<key>${xml(key)}</key>`, ...lines].map(indent);
}

function text(words: string): string {
  return `<string>${xml(words)}</string>`;
}

function indent(line: string): string {
  return `  ${line}`;
}

function page(plan: ServicePlan, state: string, log: string): string {
  const { user, secretsFolder, credentials, mappingFile, node, main } = plan;
  const label = labelOf(plan);
  const target = `/Library/LaunchDaemons/${label}.plist`;
  return [
    "VALT panel bridge as a daemon of macOS. What to do, once, as root:",
    "1. The account that it runs as, without a login (a role account: its name begins with _):",
    `     sysadminctl -addUser ${user} -UID 380 -roleAccount`,
    "2. Folders that only this account reads, and each secret in a file of its own:",
    `     install -d -m 700 -o ${user} ${state} ${secretsFolder}`,
    ...credentials.map(
      (one) =>
        `     (umask 077; read -rs secret; printf %s "$secret" > ${secretsFolder}/${one}; chown ${user} ${secretsFolder}/${one})`,
    ),
    `3. The account must be able to read the mapping and the program: ${mappingFile}, ${main}`,
    `4. This file, as ${target}, root's and writable by nobody else:`,
    `     chown root:wheel ${target} && chmod 644 ${target}`,
    `     plutil -lint ${target} && launchctl bootstrap system ${target}`,
    "Afterwards:",
    `     launchctl print system/${label}      tail -f ${log}`,
    `     sudo -u ${user} env STATE_DIRECTORY=${state} ${node} ${main} status`,
    `     launchctl kickstart -k system/${label}      starts it anew; launchctl bootout system/${label} ends it`,
    "Keyboards and card readers need Linux; a macOS that asks whether node may read input must be told yes for other HID devices.",
  ].join("\n");
}
