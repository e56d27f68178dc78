import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { errorText } from "../../base/error-text.ts";
import { rememberSecret } from "../../base/redact.ts";
import { fail, type Result, succeed } from "../../base/result.ts";
import { sayInEnglish } from "../../language/told.ts";
import type { Surroundings } from "../environment.ts";
import { type DraftRoom, type MappingDraft, renderDraft } from "../init/draft.ts";
import { assignByOptions, assignByPresses, describePanels } from "../init/panels.ts";
import { type KeptPassword, passwordFileOf, shortPath, tellNext, writePassword } from "../init/password.ts";
import { createQuestions, NoAnswer, type Questions } from "../init/questions.ts";
import { readIds, wordsForRooms } from "../init/rooms.ts";
import { findServer, findSite, type ServerOptions } from "../init/server.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { readSecret } from "../mapping/secrets.ts";
import { complain, endWith, exitCodes, print } from "../terminal.ts";

interface InitOptions extends ServerOptions {
  readonly passwordFrom: string;
  readonly keepPassword?: true;
  readonly rooms?: string;
  readonly panel: readonly string[];
  readonly panels: boolean;
  readonly add: readonly string[];
}

/** `init`: writes a first mapping. */
export function addInitCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("init")
    .description(
      "write a first mapping: asks for the server, its rooms and the panels, unless options say them",
    )
    .argument("[mapping]", "file to write; one that exists is left alone", "valt-bridge.jsonc")
    .option("--server <url>", "address of the VALT server, or several addresses of it with commas")
    .option("--username <name>", "account of the VALT API")
    .option(
      "--password-from <name>",
      "variable with its password, or NAME_FILE a file with it",
      "VALT_PASSWORD",
    )
    .option("--keep-password", "write the password to a file beside the mapping that only this user may read")
    .option("--fingerprint <sha256>", "the server's certificate, as compared on the server itself")
    .option("--clear-text", "use an http:// address, over which everybody can read the password")
    .option("--rooms <ids>", 'rooms by the server\'s number, such as "1,3-5", or all')
    .option(
      "--panel <panel=room>",
      "a panel by number, name or serial number, and its room; repeatable",
      collect,
      [],
    )
    .option("--no-panels", "ask for no panels")
    .option(
      "--add <kind=answer>",
      "a device that is not attached: virtual, or osc=10.0.20.5; repeatable",
      collect,
      [],
    )
    .action((file: string, options: InitOptions) => init(resolve(file), options, surroundings));
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

async function init(file: string, options: InitOptions, surroundings: Surroundings): Promise<void> {
  if (existsSync(file)) {
    complain(`${file} exists: name another file, or move it away`);
    return endWith(exitCodes.usage);
  }
  const questions = createQuestions(surroundings.signal);
  try {
    const made = await make(file, options, { questions, surroundings });
    if (!made.ok) {
      complain(made.failure);
      return endWith(exitCodes.failed);
    }
    await finish(file, made.value, surroundings);
  } catch (error) {
    if (!surroundings.signal.aborted) complain(errorText(error));
    endWith(error instanceof NoAnswer ? exitCodes.usage : exitCodes.failed);
  } finally {
    questions.close();
  }
}

interface Made extends KeptPassword {
  readonly text: string;
}

async function make(
  file: string,
  options: InitOptions,
  { questions, surroundings }: { readonly questions: Questions; readonly surroundings: Surroundings },
): Promise<Result<Made, string>> {
  const server = await findServer(options, questions);
  if (!server.ok) return server;
  const { passwordFrom } = options;
  const username =
    options.username ??
    (await questions.ask({
      text: "Account of the VALT API:",
      option: "--username <name>",
      usual: "panel-bridge",
    }));
  const secret = { text: `Password of ${username}:`, option: `the password in ${passwordFrom}` };
  const password = readSecret(passwordFrom) ?? (await questions.askSecret(secret));
  rememberSecret(password);
  const found = await findSite({ ...server.value, username }, password);
  if (!found.ok) return fail(sayInEnglish(found.failure));
  const { version, rooms: listed } = found.value;
  if (version !== "") print(`VALT ${version}, ${listed.length} rooms`);
  const known = wordsForRooms(listed);
  const rooms = await chooseRooms(known, options, questions);
  if (!rooms.ok) return rooms;
  const devices = await chooseDevices(rooms.value, options, { questions, surroundings });
  if (!devices.ok) return devices;
  const draft = { ...server.value, username, passwordFrom, rooms: rooms.value, devices: devices.value };
  const passwordFile = await keepPassword(file, password, { options, questions });
  return succeed({ text: renderDraft(draft), passwordFile, passwordFrom });
}

async function chooseRooms(
  known: readonly DraftRoom[],
  options: InitOptions,
  questions: Questions,
): Promise<Result<readonly DraftRoom[], string>> {
  if (options.rooms === undefined) for (const { id, serverName } of known) print(`  ${id}  ${serverName}`);
  const text = 'Which rooms, by number ("1,3-5"):';
  const answer = options.rooms ?? (await questions.ask({ text, option: "--rooms <ids>", usual: "all" }));
  if (answer === "all") return succeed(known);
  const ids = readIds(answer);
  const missing = ids?.find((id) => !known.some((room) => room.id === id));
  if (ids === undefined || ids.length === 0)
    return fail(`"${answer}" names no rooms: numbers such as 1,3-5, or all`);
  if (missing !== undefined) return fail(`the server has no room ${missing} that this account sees`);
  return succeed(known.filter(({ id }) => ids.includes(id)));
}

async function chooseDevices(
  rooms: readonly DraftRoom[],
  options: InitOptions,
  { questions, surroundings }: { readonly questions: Questions; readonly surroundings: Surroundings },
): Promise<Result<MappingDraft["devices"], string>> {
  const assigned =
    options.panel.length > 0
      ? await assignByOptions(options.panel, rooms, surroundings)
      : options.panels
        ? await assignByPresses(rooms, questions, surroundings)
        : new Map();
  if (typeof assigned === "string") return fail(assigned);
  const devices = new Map(describePanels(assigned));
  for (const { kind, starter } of (await surroundings.loadVocabulary()).kinds) {
    if (starter === undefined) continue;
    const given = options.add.find((one) => one === kind || one.startsWith(`${kind}=`));
    const { name, question, usual } = starter;
    const asked =
      options.add.length > 0 ? "" : await questions.ask({ text: question, option: "--add", usual });
    const answer = given === undefined ? asked : given.slice(kind.length + 1) || usual || "y";
    const settings = starter.settings(answer);
    if (settings !== undefined) devices.set(name, { kind, ...settings });
  }
  return succeed(devices);
}

async function keepPassword(
  file: string,
  password: string,
  { options, questions }: { readonly options: InitOptions; readonly questions: Questions },
): Promise<string | undefined> {
  const { passwordFrom, keepPassword: isWanted } = options;
  if (process.env[`${passwordFrom}_FILE`] !== undefined) return undefined;
  const text = "Keep the password in a file that only you may read? (y/n)";
  const isKept = isWanted ?? (await questions.confirm({ text, option: "--keep-password", usual: "n" }));
  if (!isKept) return undefined;
  const kept = passwordFileOf(file, passwordFrom);
  writePassword(kept, password);
  return kept;
}

/** Writes the file, checks it as `check` does, and tells what comes next. */
async function finish(file: string, made: Made, { loadVocabulary }: Surroundings): Promise<void> {
  writeFileSync(file, made.text, { flag: "wx" });
  const { problems } = await readMapping(file, loadVocabulary);
  complainAbout(file, problems);
  if (problems.some(({ severity }) => severity === "error")) return endWith(exitCodes.mapping);
  print(`${shortPath(file)} is written and fine. Next:`);
  for (const line of tellNext(file, made)) print(`  ${line}`);
}
