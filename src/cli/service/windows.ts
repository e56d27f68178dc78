import { win32 } from "node:path";
import { commandOf, type ServicePlan, type ServiceText, xml } from "./plan.ts";

/** Of Windows. */
export const WINDOWS_HOME = "C:\\ProgramData\\valt-bridge";

/** Accounts without a password, which Windows has. */
const BUILT_IN = ["LocalService", "NetworkService"];

/**
 * A service of Windows through the wrapper WinSW 2.12, which ends it as Ctrl-C does and starts it again (its
 * doc/xmlConfigFile.md). Windows runs nothing after a service that was killed.
 */
export function renderWindowsService(plan: ServicePlan): ServiceText {
  const [program = "", ...words] = commandOf(plan);
  const state = win32.join(WINDOWS_HOME, "state");
  const logs = win32.join(WINDOWS_HOME, "log");
  const file = [
    "<service>",
    `  <id>${idOf(plan)}</id>`,
    `  <name>${xml(`VALT panel bridge${plan.instance === "default" ? "" : ` (${plan.instance})`}`)}</name>`,
    "  <description>Joins panels, buttons and control systems to IVS VALT.</description>",
    `  <executable>${xml(program)}</executable>`,
    ...words.map((word) => `  <argument>${xml(word)}</argument>`),
    `  <env name="STATE_DIRECTORY" value="${xml(state)}"/>`,
    `  <env name="CREDENTIALS_DIRECTORY" value="${xml(plan.secretsFolder)}"/>`,
    "  <startmode>Automatic</startmode>",
    '  <onfailure action="restart" delay="2 sec"/>',
    "  <resetfailure>1 hour</resetfailure>",
    "  <stoptimeout>20 sec</stoptimeout>",
    `  <logpath>${xml(logs)}</logpath>`,
    '  <log mode="roll-by-size">',
    "    <sizeThreshold>10240</sizeThreshold>",
    "    <keepFiles>8</keepFiles>",
    "  </log>",
    "  <serviceaccount>",
    ...(BUILT_IN.includes(plan.user) ? ["    <domain>NT AUTHORITY</domain>"] : []),
    `    <user>${xml(plan.user)}</user>`,
    "  </serviceaccount>",
    "</service>",
  ].join("\n");
  return { file, page: page(plan, state, logs) };
}

/** Letters and digits only. */
function idOf({ instance }: ServicePlan): string {
  const name = instance.replaceAll(/[^A-Za-z0-9]/g, "");
  return instance === "default" ? "valtbridge" : `valtbridge${name}`;
}

function page(plan: ServicePlan, state: string, logs: string): string {
  const { user, secretsFolder, credentials, mappingFile, main } = plan;
  const id = idOf(plan);
  const wrapper = win32.join(WINDOWS_HOME, `${id}.exe`);
  const account = user === "LocalService" ? "*S-1-5-19" : user;
  return [
    "VALT panel bridge as a service of Windows. What to do, once, in PowerShell as an administrator:",
    "1. The wrapper: WinSW-x64.exe, version 2.12, from github.com/winsw/winsw/releases, as",
    `     ${wrapper}`,
    `   and this file beside it as ${id}.xml.`,
    `2. Folders; the service reads its secrets, writes its state and log, and nobody else does (${account} is ${user}):`,
    `     mkdir ${secretsFolder}, ${state}, ${logs}`,
    ...[`${secretsFolder} /inheritance:r /grant "${account}:(OI)(CI)R"`].map(grant),
    ...[state, logs].map((folder) => grant(`${folder} /inheritance:r /grant "${account}:(OI)(CI)M"`)),
    "   Each secret in a file of its own:",
    ...credentials.map(
      (one) =>
        `     [IO.File]::WriteAllText("${secretsFolder}\\${one}", (New-Object Net.NetworkCredential("", (Read-Host -AsSecureString "${one}"))).Password)`,
    ),
    `3. The account must be able to read the mapping and the program: ${mappingFile}, ${main}`,
    "4. Start:",
    `     ${wrapper} install; ${wrapper} start`,
    "Afterwards:",
    `     ${wrapper} status      ${wrapper} restart      Get-Content -Wait ${win32.join(logs, `${id}.out.log`)}`,
    "   How it is tells the console: the status of a service cannot be asked from another account.",
  ].join("\n");
}

/** Administrators keep their rights. */
function grant(words: string): string {
  return `     icacls ${words} "*S-1-5-32-544:(OI)(CI)F"`;
}
