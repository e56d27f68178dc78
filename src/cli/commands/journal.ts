import { join } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import { hintFor } from "../../base/suggest.ts";
import { type Head, parseHead, type Row, spellHead } from "../../journal/chain.ts";
import { readDatabase } from "../../journal/database.ts";
import { JOURNAL_FORMAT } from "../../journal/formats.ts";
import { HEAD_FILE, readHeadFile } from "../../journal/head-file.ts";
import { readHead } from "../../journal/journal-file.ts";
import { type RowFilter, readRoomNames, readRows } from "../../journal/read.ts";
import { type Finding, type Verdict, verifyChain } from "../../journal/verify.ts";
import { addMarksCommand } from "../journal/marks.ts";
import { attempt, folderOf, type Place, placed } from "../journal/place.ts";
import { tellStories } from "../journal/story.ts";
import { csvHeader, describeRow, parseMoment, toCsv } from "../journal/table.ts";
import { complain, endWith, exitCodes, print, printJson, style } from "../terminal.ts";

interface ShowOptions extends Place {
  readonly room?: string;
  readonly device?: string;
  readonly correlation?: string;
  readonly since?: number;
  readonly until?: number;
  readonly json?: true;
  readonly csv?: true;
  readonly pictures?: true;
}

type VerifyOptions = Place & { readonly head: readonly Head[]; readonly json?: true };

/** `journal`: shows, verifies and exports the journal and the marks. */
export function addJournalCommand(program: Command): void {
  const journal = program
    .command("journal")
    .description("read the durable record of what was touched, asked, answered, seen and shown");
  placed(journal.command("verify"))
    .description("check that no row was edited, removed or moved since it was written")
    .option("--head <head>", "a head printed earlier and kept elsewhere; may be given again", collectHead, [])
    .option("--json", "print JSON")
    .action((options: VerifyOptions) => attempt(() => verify(options)));
  placed(journal.command("show"))
    .description("print what happened; a press and all that came of it as one story")
    .option("--room <name>", "only this room")
    .option("--device <name>", "only this device")
    .option("--correlation <id>", "only what one press or request caused")
    .option(
      "--since <time>",
      "from this time on: 2026-01-31, 2026-01-31T14:05, or 90m, 12h, 3d ago",
      parseMoment,
    )
    .option("--until <time>", "before this time", parseMoment)
    .option("--pictures", "also that a key shows a picture, which is known by its hash")
    .option("--json", "print every row as a line of JSON")
    .option("--csv", "print a table for a spreadsheet")
    .action((options: ShowOptions) => attempt(() => show(options)));
  placed(journal.command("head"))
    .description("print the head: kept out of reach, it proves later that nothing before it was changed")
    .action((options: Place) => attempt(() => printHead(options)));
  addMarksCommand(journal);
}

function verify(options: VerifyOptions): void {
  const folder = folderOf(options);
  // Read before the rows: a running bridge goes on writing.
  const published = readHeadFile(folder);
  const database = readDatabase(join(folder, JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  database.exec("BEGIN");
  const verdict = verifyChain(
    database,
    published === undefined ? options.head : [published, ...options.head],
  );
  database.close();
  const isWhole = verdict.findings.length === 0 && verdict.remarks.length === 0;
  const isEndKnown = published !== undefined || options.head.length > 0;
  if (options.json === true) printJson({ ok: isWhole, isEndKnown, ...verdict });
  else tellVerdict(verdict, isEndKnown);
  if (!isWhole) endWith(exitCodes.failed);
}

function tellVerdict({ findings, rows, start, head, remarks }: Verdict, isEndKnown: boolean): void {
  const before = start.sequence === 0 ? "" : `; ${start.sequence} before them went for their age or number`;
  print(`rows     ${rows}${before}`);
  print(`head     ${spellHead(head)}`);
  if (remarks.length > 0) print("");
  for (const line of tellStories(remarks)) print(line);
  print("");
  for (const finding of findings) print(`${style("red", "error")}: ${explain(finding)}`);
  if (remarks.length > 0)
    print(`${style("red", "error")}: the journal itself tells of what it lacks, in the rows above`);
  if (!isEndKnown)
    print(
      `${style("yellow", "warning")}: there is no ${HEAD_FILE}: nobody can say whether rows are missing at the end`,
    );
  if (findings.length > 0) return;
  if (remarks.length > 0 || !isEndKnown) print("every row that is there is as it was written");
  else print(`${style("green", "fine")}: every row is as it was written, and none is missing`);
}

const explanations: Readonly<Record<Finding["kind"], string>> = {
  missing: "missing",
  changed: "not as written: edited, or moved to another place",
  "false-start": "the journal does not start where it last removed old rows itself",
  truncated: "missing at the end: lost with the power, or removed",
  "other-chain": "not the row that the head kept elsewhere stands for: the journal was written anew",
};

function explain({ kind, sequence, through }: Finding): string {
  const rows = sequence === through ? `row ${sequence}` : `rows ${sequence} to ${through}`;
  return `${rows}: ${explanations[kind]}`;
}

function show(options: ShowOptions): void {
  const database = readDatabase(join(folderOf(options), JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  const { room } = options;
  const known = room === undefined ? [] : readRoomNames(database);
  if (room !== undefined && !known.includes(room)) {
    complain(`the journal has no room "${room}" (${hintFor(room, known)})`);
    endWith(exitCodes.failed);
  }
  const all = readRows(database, filterOf(options));
  const rows = options.pictures === true ? all : withoutPictures(all);
  if (options.csv === true) print(csvHeader);
  if (options.json === true) for (const row of rows) printJson(describeRow(row));
  else if (options.csv === true) for (const row of rows) print(toCsv(row));
  else for (const line of tellStories(rows)) print(line);
  database.close();
}

function* withoutPictures(rows: Iterable<Row>): Generator<Row> {
  for (const row of rows) if (row.kind !== "shown" || !row.body.includes('"picture":')) yield row;
}

function filterOf({ room, device, correlation, since, until }: ShowOptions): RowFilter {
  return {
    ...(room === undefined ? {} : { room }),
    ...(device === undefined ? {} : { device }),
    ...(correlation === undefined ? {} : { correlation }),
    ...(since === undefined ? {} : { sinceWallMs: since }),
    ...(until === undefined ? {} : { untilWallMs: until }),
  };
}

function printHead(options: Place): void {
  const database = readDatabase(join(folderOf(options), JOURNAL_FORMAT.name), JOURNAL_FORMAT);
  print(spellHead(readHead(database)));
  database.close();
}

function collectHead(text: string, known: readonly Head[]): readonly Head[] {
  const head = parseHead(text);
  if (head === undefined) throw new InvalidArgumentError('no head as "journal head" prints it');
  return [...known, head];
}
