import type { Command } from "commander";
import { withoutTrailing } from "../base/text.ts";
import type { BridgeStatus } from "../status.ts";
import { writeMoment, writePosition } from "./mark-text.ts";
import type { RecordsStatus } from "./records.ts";
import { askStatus, statusAddress } from "./status-socket.ts";
import { complain, endWith, exitCodes, print, printJson, printTable, style } from "./terminal.ts";

export function addStatusCommand(program: Command): void {
  program
    .command("status")
    .description("ask the running bridge how it is")
    .option("--instance <name>", "which bridge, where several run", "default")
    .option("--json", "print JSON")
    .action(async ({ instance, json }: { instance: string; json?: true }) => {
      const status = (await askStatus(statusAddress(instance))) as RunningStatus | undefined;
      if (status === undefined) {
        complain("no bridge is running here");
        return endWith(exitCodes.failed);
      }
      if (json === true) printJson(status);
      else show(status);
    });
}

/** What the socket of a running bridge tells. */
type RunningStatus = BridgeStatus & { readonly pid: number; readonly records?: RecordsStatus };

function show(running: RunningStatus): void {
  const { server, rooms, devices, marksWaiting, marks, pid, mapping, readiness, alarms, records } = running;
  const state = { "in-order": "lost", "at-fault": "cannot be asked" }[server.account];
  const health =
    server.state === "reachable"
      ? style("green", "reachable")
      : style("red", `${state}: ${server.why ?? ""}`);
  print(`server   ${server.url} ${health}`);
  print(`bridge   process ${pid}, mapping ${mapping.slice(0, 12)}, ${marksWaiting} marks waiting`);
  print(`site     ${readiness.state}${readiness.reason === "" ? "" : `: ${readiness.reason}`}`);
  if (records !== undefined) showRecords(records);
  showMarks(marks);
  for (const { text, remedy } of alarms)
    print(`${style("red", "ALARM")}    ${withoutTrailing(text, ".")}. ${remedy}`);
  print("");
  printTable([
    ["ROOM", "ID", "STATUS", "SEEN", "UNDER WAY", "TROUBLE"],
    ...rooms.map((room) => [
      room.name,
      String(room.id),
      room.status ?? `unknown (${room.knowledge})`,
      room.ageMs === undefined ? "never" : `${(room.ageMs / 1000).toFixed(1)} s ago`,
      room.pending ?? "-",
      room.trouble ?? room.why ?? "-",
    ]),
  ]);
  print("");
  printTable([
    ["DEVICE", "KIND", "STATE", "DETAILS", "DROPPED"],
    ...devices.map(({ id, kind, status, dropped, notice }) => [
      id,
      kind,
      status.kind,
      status.kind === "open"
        ? [status.productName, notice ?? []].flat().join("; ")
        : status.kind === "lost"
          ? status.why
          : "",
      Object.entries(dropped)
        .map(([reason, count]) => `${reason}: ${count}`)
        .join(", ") || "-",
    ]),
  ]);
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
