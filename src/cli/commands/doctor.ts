import { resolve } from "node:path";
import type { Command } from "commander";
import type { Mapping } from "../../mapping/mapping.ts";
import { type Problem, tellPlace } from "../../mapping/problem.ts";
import { examineDevices } from "../doctor/devices.ts";
import { type Finding, failed, fine, tellFinding, warn } from "../doctor/finding.ts";
import { examineMachine } from "../doctor/machine.ts";
import { examineSecrets } from "../doctor/secrets.ts";
import { examineServers } from "../doctor/server.ts";
import type { Surroundings } from "../environment.ts";
import { readMapping } from "../mapping/mapping-file.ts";
import { findRunningBridges, type RunningStatus } from "../places/running-bridges.ts";
import { endWith, exitCodes, print, printJson } from "../terminal.ts";

/** `doctor`: examines a site and says what to do. */
export function addDoctorCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("doctor")
    .description("explain what keeps a site from working, and what to do about it; changes nothing")
    .argument("<mapping>", "mapping file")
    .option("--instance <name>", "which bridge, where several run", "default")
    .option("--json", "print JSON")
    .action(async (path: string, options: DoctorOptions) => {
      const file = resolve(path);
      const findings = await examineSite(file, options.instance, surroundings);
      if (options.json === true) printJson({ file, ok: !hasFailed(findings), findings });
      else show(findings);
      if (hasFailed(findings)) endWith(exitCodes.failed);
    });
}

interface DoctorOptions {
  readonly instance: string;
  readonly json?: true;
}

/** In the order in which a technician mends things: the machine, the file, what it names, the server, the panels. */
export async function examineSite(
  file: string,
  instance: string,
  { loadVocabulary, signal }: Surroundings,
): Promise<readonly Finding[]> {
  const { mapping, problems } = await readMapping(file, loadVocabulary);
  const machine = await examineMachine(instance, mapping);
  const found = [...machine, ...examineMapping(file, mapping, problems)];
  if (mapping === undefined) return found;
  const bridges = await findRunningBridges(instance);
  const servers = examineServers({
    ...{ mapping, file, bridges },
    withRooms: async (rooms) => (await readMapping(file, loadVocabulary, { rooms })).mapping ?? mapping,
  });
  const devices = examineDevices({ mapping, bridges, signal });
  const alarms = examineAlarms(bridges.filter((bridge) => bridge.mapping === mapping.fingerprint));
  return [...found, ...examineSecrets(mapping), ...(await servers), ...(await devices), ...alarms];
}

/** What the bridge that runs on this mapping has noticed since it was started. */
function examineAlarms(bridges: readonly RunningStatus[]): readonly Finding[] {
  return bridges.flatMap(({ alarms }) => alarms.map(({ text, remedy }) => warn("alarm", text, remedy)));
}

function examineMapping(
  file: string,
  mapping: Mapping | undefined,
  problems: readonly Problem[],
): readonly Finding[] {
  const findings = problems.map((problem) => {
    const { severity, message, hint } = problem;
    const text = `${tellPlace(file, problem)}: ${message}`;
    return severity === "error"
      ? failed("mapping", text, hint ?? "correct that place; nothing runs before")
      : warn("mapping", text, hint ?? "look whether that is meant");
  });
  if (mapping === undefined) return findings;
  return [
    ...findings,
    fine("mapping", `${file} is read: ${mapping.rooms.size} rooms, ${mapping.devices.size} devices`),
  ];
}

function hasFailed(findings: readonly Finding[]): boolean {
  return findings.some(({ state }) => state === "FAIL");
}

function show(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ about }) => about.length));
  for (const finding of findings) print(tellFinding(finding, width));
  const count = (state: Finding["state"]) => findings.filter((finding) => finding.state === state).length;
  const verdict = hasFailed(findings)
    ? "Something keeps this site from working."
    : "Nothing keeps this site from working.";
  print("");
  print(`${verdict} ${count("FAIL")} FAIL, ${count("WARN")} WARN, ${count("OK")} OK.`);
}
