import type { Command } from "commander";
import { withoutTrailing } from "../../base/text.ts";
import type { BridgeStatus, RoomStatusEntry, ServerStatus } from "../../bridge/status.ts";
import { writeMoment, writePosition } from "../journal/mark-text.ts";
import { findRunningBridges } from "../places/running-bridges.ts";
import { askStatus, statusAddress } from "../places/status-socket.ts";
import type { RecordsStatus } from "../running/records.ts";
import { complain, endWith, exitCodes, print, printJson, style, tableLines } from "../terminal.ts";

/** `status`: tells how a running bridge is. */
export function addStatusCommand(program: Command): void {
  program
    .command("status")
    .description("ask the running bridge how it is")
    .option("--instance <name>", "which bridge, where several run; else the demo's when only that runs")
    .option("--json", "print JSON")
    .action(async ({ instance, json }: { instance?: string; json?: true }) => {
      const status = await findStatus(instance === undefined ? USUAL_INSTANCES : [instance]);
      if (status === undefined) {
        complain("no bridge is running here");
        return endWith(exitCodes.failed);
      }
      if (json === true) printJson(status);
      else show(status);
    });
}

const USUAL_INSTANCES = ["default", "demo"];

async function findStatus(instances: readonly string[]): Promise<RunningStatus | undefined> {
  for (const instance of instances) {
    const status = (await askStatus(statusAddress(instance))) as RunningStatus | undefined;
    if (status !== undefined) return status;
  }
  // The service runs under an account of its own.
  const [service] = instances === USUAL_INSTANCES ? await findRunningBridges("default") : [];
  return service;
}

/** What the socket of a running bridge tells. */
type RunningStatus = BridgeStatus & {
  readonly pid: number;
  readonly records?: RecordsStatus;
  /** What keeps an edit of the mapping from being taken over. */
  readonly edited?: string;
};

function showServer({ url, addresses = [], account, state, why = "" }: ServerStatus, name: string): void {
  const lost = { "in-order": "lost", "at-fault": "cannot be asked" }[account];
  const health = state === "reachable" ? style("green", "reachable") : style("red", `${lost}: ${why}`);
  print(`server   ${name}${url} ${health}`);
  if (addresses.length > 1) print(`         one of ${addresses.join(", ")}`);
}

function show(running: RunningStatus): void {
  const { server, rooms, devices, marksWaiting, marks, pid, mapping, readiness, alarms, records } = running;
  // One of an earlier version tells of one server only.
  const { servers = [server] } = running;
  for (const one of servers) showServer(one, servers.length === 1 ? "" : `${one.name} `);
  print(`bridge   process ${pid}, mapping ${mapping.slice(0, 12)}, ${marksWaiting} marks waiting`);
  if (running.edited !== undefined)
    print(`${style("red", "EDITED")}   the mapping has errors, the former one runs: ${running.edited}`);
  print(`site     ${readiness.state}${readiness.reason === "" ? "" : `: ${readiness.reason}`}`);
  if (records !== undefined) showRecords(records);
  showMarks(marks);
  for (const { text, remedy } of alarms)
    print(`${style("red", "ALARM")}    ${withoutTrailing(text, ".")}. ${remedy}`);
  print("");
  showRooms(rooms, servers.length);
  print("");
  showDevices(devices);
}

/** What is worth a sentence stands below its line: the table fits a terminal of 80 columns. */
function showRooms(rooms: BridgeStatus["rooms"], servers: number): void {
  const lines = tableLines([
    ["ROOM", "ID", "STATUS", "SEEN", "UNDER WAY"],
    ...rooms.map(({ name, server, id, status, knowledge, ageMs, pending }) => [
      name,
      `${servers === 1 ? "" : `${server} `}${id ?? "-"}`,
      status ?? `unknown (${knowledge})`,
      ageMs === undefined ? "never" : `${(ageMs / 1000).toFixed(1)} s ago`,
      pending ?? "-",
    ]),
  ]);
  const notes = rooms.map(({ trouble, why, ...room }) => [trouble ?? why ?? "", tellId(room)]);
  printLines(lines, ["", ...notes.map((parts) => parts.filter(Boolean).join("; "))]);
}

/** Where a number comes from when the mapping does not say it. */
function tellId({ id, idFrom, serverName }: Pick<RoomStatusEntry, "id" | "idFrom" | "serverName">): string {
  if (idFrom === "mapping" || id === undefined) return "";
  return `${id} by the ${idFrom}${serverName === undefined ? "" : ` "${serverName}"`}`;
}

function showDevices(devices: BridgeStatus["devices"]): void {
  const lines = tableLines([
    ["DEVICE", "KIND", "STATE", "DETAILS"],
    ...devices.map(({ id, kind, status }) => [
      id,
      kind,
      status.kind,
      status.kind === "open" ? status.productName : "",
    ]),
  ]);
  const notes = devices.map(({ status, notice, dropped }) => {
    const counts = Object.entries(dropped).map(([reason, count]) => `${reason}: ${count}`);
    const lost = status.kind === "lost" ? status.why : "";
    const left = counts.length === 0 ? "" : `dropped: ${counts.join(", ")}`;
    return [lost, notice ?? "", left].filter(Boolean).join("; ");
  });
  printLines(lines, ["", ...notes]);
}

/** Each line, and its note below it. */
function printLines(lines: readonly string[], notes: readonly string[]): void {
  for (const [index, line] of lines.entries()) {
    print(line);
    for (const part of wrap(notes[index] ?? "", COLUMNS - NOTE.length))
      print(style("yellow", `${NOTE}${part}`));
  }
}

const COLUMNS = 80;
const NOTE = "  ";

function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter(Boolean)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

function showRecords({ folder, journal, marks }: RecordsStatus): void {
  const tell = ({ state, why }: RecordsStatus["journal"]) => (why === undefined ? state : `${state}: ${why}`);
  print(`records  ${folder}: journal ${tell(journal)}, marks ${tell(marks)}`);
}

function showMarks({ servers, refused }: BridgeStatus["marks"]): void {
  for (const { server, waiting, refused: count } of servers)
    print(`marks    ${server}: ${waiting} waiting, ${count} refused`);
  const shown = refused.slice(0, MOST_REFUSALS);
  for (const mark of shown) {
    const place = `${writeMoment(mark.pressedWallMs)}, ${mark.room} ${writePosition(mark)}`;
    print(`${style("red", "REFUSED")}  ${place}: mark "${mark.text}", ${mark.why}`);
  }
  const count = servers.reduce((sum, server) => sum + server.refused, 0);
  if (count > shown.length) print(`         and ${count - shown.length} more: valt-bridge journal marks`);
}

/** All of them are in the list of marks. */
const MOST_REFUSALS = 5;
