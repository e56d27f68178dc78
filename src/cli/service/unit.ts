import { SERVICE_RUNTIME } from "../places/running-bridges.ts";
import { MALLOC_SETTINGS, type ServicePlan } from "./plan.ts";

/** What `stateFolder` falls back to as well: the same name wherever the state is kept. */
const STATE_NAME = "valt-panel-bridge";

/** What a systemd unit is written from. */
export interface UnitPlan extends ServicePlan {
  /** Groups of this machine whose members may open devices. */
  readonly groups: readonly string[];
  readonly missingGroups: readonly string[];
}

/** A systemd unit, headed by a page of what to do with it. */
export function renderUnit(plan: UnitPlan): string {
  return [...page(plan), "", ...unit(plan)].join("\n");
}

/** The unit of an instance, without `.service`. */
export function unitName({ instance }: Pick<UnitPlan, "instance">): string {
  return instance === "default" ? "valt-bridge" : `valt-bridge-${instance}`;
}

function page(plan: UnitPlan): readonly string[] {
  const { user, secretsFolder, credentials, mappingFile, node, main } = plan;
  const name = unitName(plan);
  const program = `${node} ${main}`;
  const ask = `sudo -u ${user} env XDG_RUNTIME_DIR=${runtimeFolder(plan)} ${program}`;
  const lines = [
    "VALT panel bridge as a service. What to do, once, as root:",
    "",
    "1. The account that it runs as, without a login:",
    `     useradd --system --no-create-home --shell /usr/sbin/nologin ${user}`,
    "2. Secrets, each in a file that only root can read; the service gets them from systemd:",
    `     install -d /etc/valt-bridge && install -d -m 700 ${secretsFolder}`,
    ...credentials.map(
      (one) => `     (umask 077; systemd-ask-password -n ${one}: > ${secretsFolder}/${one})`,
    ),
    `3. The account must be able to read the mapping and the program: ${mappingFile}, ${main}`,
    ...filesOf(plan.consoleWords).map((file) => `   and, of the console, ${file}`),
    ...warnOfHome(plan),
    "4. Panels on USB: the rules that let members of their groups open them, and Debian's libusb:",
    `     ${program} udev > /etc/udev/rules.d/70-valt-bridge.rules`,
    "     udevadm control --reload && udevadm trigger && apt-get install libusb-1.0-0",
    ...plan.missingGroups.map(
      (group) =>
        `   This machine has no group ${group}: where panels need it, groupadd --system ${group} and print the unit anew.`,
    ),
    "5. This unit:",
    `     ${program} service ${[mappingFile, ...plan.consoleWords].join(" ")} > /etc/systemd/system/${name}.service`,
    `     systemd-analyze verify /etc/systemd/system/${name}.service`,
    `     systemctl daemon-reload && systemctl enable --now ${name}`,
    "",
    "Afterwards:",
    `     systemctl status ${name}          how it is, in one line; journalctl -u ${name} for the rest`,
    `     ${ask} status`,
    "   What keeps something from working, as the service sees it:",
    `     systemd-run --pipe --wait -p User=${user} -p SupplementaryGroups="${plan.groups.join(" ")}" \\`,
    `       -p StateDirectory=${STATE_NAME} -E XDG_RUNTIME_DIR=${runtimeFolder(plan)} \\`,
    ...credentials.map((one) => `       -p LoadCredential=${one}:${secretsFolder}/${one} \\`),
    `       ${program} doctor ${mappingFile} --instance ${plan.instance}`,
    "   An edited mapping is taken over without a restart. A mapping with errors at the start ends the service for good:",
    `     mend it, then systemctl start ${name}.`,
  ];
  return lines.map((line) => (line === "" ? "#" : `# ${line}`));
}

/** What the console reads: PEM files. */
function filesOf(words: readonly string[]): readonly string[] {
  return words.filter((_, index) => /^--console-(?:certificate|key)$/.test(words[index - 1] ?? ""));
}

function unit(plan: UnitPlan): readonly string[] {
  const { node, main, mappingFile, user, instance, groups, credentials, secretsFolder } = plan;
  const command = (name: string, ...options: readonly string[]) =>
    [node, main, name, mappingFile, "--instance", instance, ...options].map(quote).join(" ");
  return [
    "[Unit]",
    "Description=VALT panel bridge",
    "Wants=network-online.target",
    "After=network-online.target",
    "# Gives up only when it dies thirty times within five minutes.",
    "StartLimitIntervalSec=300",
    "StartLimitBurst=30",
    "",
    "[Service]",
    "Type=notify",
    "# It speaks to systemd through systemd-notify, which is a process of its own.",
    "NotifyAccess=all",
    `ExecStart=${command("run", "--json", ...plan.consoleWords)}`,
    "# Where it did not end by itself: no lamp goes on saying what nobody knows any more.",
    `ExecStopPost=-/bin/sh -c '[ "$$EXIT_CODE/$$EXIT_STATUS" = exited/0 ] || exec "$$@"' sh ${command("darken")}`,
    "# Listeners and connections stay open here while the service is restarted: who speaks meanwhile waits.",
    "FileDescriptorStoreMax=1024",
    "WatchdogSec=30",
    "# A bridge that hangs gets no chance to hang while it ends.",
    "WatchdogSignal=SIGKILL",
    "Restart=always",
    "RestartSec=2",
    "# Wrong usage (2) and a mapping with errors (3) are not mended by trying again.",
    "RestartPreventExitStatus=2 3",
    "TimeoutStartSec=60",
    "TimeoutStopSec=20",
    "KillMode=mixed",
    "OOMScoreAdjust=-500",
    "",
    `User=${user}`,
    ...(groups.length === 0 ? [] : [`SupplementaryGroups=${groups.join(" ")}`]),
    ...credentials.map((name) => `LoadCredential=${name}:${withoutSpecifiers(`${secretsFolder}/${name}`)}`),
    `StateDirectory=${STATE_NAME}`,
    "StateDirectoryMode=0700",
    // What Node has compiled is kept there, from Node 22.1 on.
    `CacheDirectory=${STATE_NAME}`,
    "CacheDirectoryMode=0700",
    `RuntimeDirectory=${SERVICE_RUNTIME}/${instance}`,
    `Environment=XDG_RUNTIME_DIR=${runtimeFolder(plan)}`,
    "# Freed memory goes back to the system.",
    ...assignments(MALLOC_SETTINGS).map((one) => `Environment=${one}`),
    "UMask=0077",
    "",
    ...hardening(plan),
    "",
    "[Install]",
    "WantedBy=multi-user.target",
  ];
}

/**
 * Left out on purpose: PrivateDevices, DevicePolicy, DeviceAllow and ProtectClock (which implies a DeviceAllow) would shut
 * out hidraw devices and serial ports, above all those plugged in later; MemoryDenyWriteExecute forbids what
 * V8 does to compile.
 */
function hardening(plan: UnitPlan): readonly string[] {
  return [
    "# Devices are guarded by their files' groups: DevicePolicy, PrivateDevices and ProtectClock would shut panels out.",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "ProtectSystem=strict",
    `ProtectHome=${atHome(plan).length === 0 ? "yes" : "read-only"}`,
    "PrivateTmp=yes",
    "ProtectKernelTunables=yes",
    "# Lamps on pins are files there, guarded by their groups.",
    "ReadWritePaths=-/sys/devices",
    "ProtectKernelModules=yes",
    "ProtectKernelLogs=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "LockPersonality=yes",
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "# Netlink tells which network cards there are and what is plugged in.",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
    "LimitCORE=0",
  ];
}

function warnOfHome(plan: UnitPlan): readonly string[] {
  const paths = atHome(plan);
  if (paths.length === 0) return [];
  return [
    `   Below /home or /root, where other accounts mostly cannot read: ${paths.join(", ")}.`,
    "   Better install to /opt, with a Node of the system, and keep the mapping in /etc/valt-bridge.",
  ];
}

function atHome({ node, main, mappingFile }: UnitPlan): readonly string[] {
  return [node, main, mappingFile].filter((path) => /^\/(?:home|root)\//.test(path));
}

function assignments(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `${name}=${value}`);
}

function runtimeFolder({ instance }: UnitPlan): string {
  return `/run/${SERVICE_RUNTIME}/${instance}`;
}

/** As systemd reads command lines: `%` and `$` stand for other things, and what has a blank is quoted. */
function quote(word: string): string {
  const text = withoutSpecifiers(word).replaceAll("$", "$$$$");
  return /[\s"'\\;]/.test(text) ? `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"` : text;
}

function withoutSpecifiers(text: string): string {
  return text.replaceAll("%", "%%");
}
