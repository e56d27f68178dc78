import { userInfo } from "node:os";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { z } from "zod";
import { quote } from "../../base/csv.ts";
import { readDatabase } from "../../journal/database.ts";
import { LEDGER_FORMAT } from "../../journal/formats.ts";
import { type LedgerMark, type MarkState, readMarks } from "../../journal/ledger-read.ts";
import { askBridge, statusAddress } from "../places/status-socket.ts";
import { SETTLE_REQUEST } from "../running/bridge-requests.ts";
import { complain, endWith, exitCodes, print, printJson, style } from "../terminal.ts";
import { writeMoment, writePosition } from "./mark-text.ts";
import { attempt, folderOf, type Place, placed } from "./place.ts";

interface MarksOptions extends Place {
  readonly state?: MarkState;
  readonly room?: string;
  readonly json?: true;
  readonly csv?: true;
  readonly settle?: readonly string[];
}

const STATES = ["waiting", "refused", "settled", "delivered"] as const satisfies readonly MarkState[];

/** Adds `marks` to the journal's commands. */
export function addMarksCommand(journal: Command): void {
  placed(journal.command("marks"))
    .description(
      "list marks: those that wait, were refused or settled, and those delivered in the last 30 days",
    )
    .addOption(new Option("--state <state>", "only those").choices(STATES))
    .option("--room <name>", "only this room")
    .option("--json", "print every mark as a line of JSON")
    .option("--csv", "print a table for a spreadsheet")
    .option("--settle <id...>", "somebody has seen to these refused marks; takes the running bridge")
    .action(async (options: MarksOptions) => {
      if (options.settle === undefined) attempt(() => list(options));
      else for (const id of options.settle) await settle(id, options);
    });
}

/** From the file, whether or not a bridge runs. */
function list(options: MarksOptions): void {
  const { state, room, json, csv } = options;
  const database = readDatabase(join(folderOf(options), LEDGER_FORMAT.name), LEDGER_FORMAT);
  const filter = { ...(state === undefined ? {} : { state }), ...(room === undefined ? {} : { room }) };
  const write = json === true ? printAsJson : csv === true ? printAsRow : printForPeople;
  if (csv === true && json !== true) print(columns.join(","));
  let count = 0;
  for (const mark of readMarks(database, filter)) {
    write(mark);
    count++;
  }
  if (count === 0 && write === printForPeople) print("no marks");
  database.close();
}

/** The bridge alone writes its record: it would not see what is changed behind its back. */
async function settle(id: string, { instance }: MarksOptions): Promise<void> {
  const by = `${accountName()} (command line)`;
  const answer = settledSchema.safeParse(
    await askBridge(statusAddress(instance), SETTLE_REQUEST, { id, by }),
  ).data;
  if (answer?.isSettled === true) return print(`settled ${id}`);
  complain(
    answer === undefined
      ? "no bridge is running here: a mark is settled in the bridge that keeps it"
      : `no refused mark has the id ${id}`,
  );
  endWith(exitCodes.failed);
}

const settledSchema = z.object({ isSettled: z.boolean() });

function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return `account ${process.getuid?.() ?? ""}`.trim();
  }
}

const COLORS = { waiting: "yellow", refused: "red", settled: "cyan", delivered: "green" } as const;

/** One line; a refused mark has two more with all that somebody needs who enters it by hand. */
function printForPeople(mark: LedgerMark): void {
  const { state, room, text, device, source, why, recording, server, id } = mark;
  const pressed = `${writeMoment(mark.pressedWallMs)}  ${room} ${writePosition(mark)}`;
  const line = `${style(COLORS[state], state.padEnd(9))}  ${pressed}  "${text}"  by ${device} ${source}`;
  const more = [why ?? "", `recording ${recording} on ${server}, id ${id}`];
  print(line);
  if (state === "refused" || state === "settled") for (const text of more) print(`${" ".repeat(11)}${text}`);
}

const columns = [
  "state",
  "pressed",
  "room",
  "recording",
  "timeSeconds",
  "text",
  "color",
  "device",
  "source",
  "ended",
  "why",
  "server",
  "correlation",
  "id",
] as const;

function printAsRow(mark: LedgerMark): void {
  const cells = describe(mark);
  print(columns.map((column) => quote(cells[column])).join(","));
}

function printAsJson(mark: LedgerMark): void {
  printJson(describe(mark));
}

function describe({ pressedWallMs, endedWallMs, pressed, ...mark }: LedgerMark) {
  const ended = endedWallMs === undefined ? undefined : new Date(endedWallMs).toISOString();
  return { ...mark, pressed: new Date(pressedWallMs).toISOString(), ended };
}
