import { hostname } from "node:os";
import { type Command, InvalidArgumentError, Option } from "commander";
import { systemClock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { type ConsoleSettings, type Right, sourceFrom } from "../../bridge/console-source.ts";
import type { Kiosks } from "../../bridge/kiosks.ts";
import { readPast } from "../../journal/past.ts";
import type { Simulator } from "../../simulator/server.ts";
import type { Surroundings } from "../environment.ts";
import { readSecret } from "../mapping/secrets.ts";
import { readPemFile } from "../places/pem-file.ts";
import type { LogTail } from "./log-tail.ts";
import type { Records } from "./records.ts";
import type { RunningBridge } from "./start-bridge.ts";

/** As the command line has them; `console` is false after `--no-console`. */
export interface ConsoleOptions {
  readonly console: Place | false;
  readonly consoleCertificate?: string;
  readonly consoleKey?: string;
  readonly consoleProxy?: true;
  readonly consoleName?: readonly string[];
  readonly consolePath?: string;
  /** False after `--no-console-edit`. */
  readonly consoleEdit?: boolean;
}

/** Where a console listens. */
interface Place {
  readonly host: string;
  readonly port: number;
}

/** Rights of who shows a token, in the order in which a service names them. */
export const consoleRights = ["press", "view", "edit"] as const satisfies readonly Right[];
/** The secret with the token of each. */
export const consoleTokens: Readonly<Record<Right, string>> = {
  press: "VALT_CONSOLE_TOKEN",
  view: "VALT_CONSOLE_VIEW_TOKEN",
  edit: "VALT_CONSOLE_EDIT_TOKEN",
};

const USUAL: Place = { host: "127.0.0.1", port: 8484 };
const NEXT_PORTS = 15;

/** The options of every command that can open a console. */
export function addConsoleOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--console <host:port>", "where the web console listens")
        .argParser(readPlace)
        .default(USUAL, `${USUAL.host}:${USUAL.port}`),
    )
    .option("--no-console", "no web console")
    .option("--console-certificate <file>", "PEM file with the console's certificate")
    .option("--console-key <file>", "PEM file with the key of that certificate")
    .option("--console-proxy", "a proxy in front of the console speaks TLS")
    .option("--console-name <name...>", "names by which browsers reach the console")
    .option("--no-console-edit", "nobody edits the mapping in the console")
    .option("--console-path <path>", "path at which a proxy shows the console, such as /bridge/ (default /)");
}

/** The same options as words of a command line. Files are named by whoever calls: another folder may be the current one. */
export function consoleWords(options: ConsoleOptions): readonly string[] {
  const { console: place, consoleCertificate, consoleKey, consoleProxy, consoleName, consolePath } = options;
  if (place === false) return ["--no-console"];
  const host = place.host.includes(":") ? `[${place.host}]` : place.host;
  const given = (word: string, value: string | undefined) => (value === undefined ? [] : [word, value]);
  return [
    ...(place === USUAL ? [] : ["--console", `${host}:${place.port}`]),
    ...given("--console-certificate", consoleCertificate),
    ...given("--console-key", consoleKey),
    ...(consoleProxy === true ? ["--console-proxy"] : []),
    ...(options.consoleEdit === false ? ["--no-console-edit"] : []),
    ...given("--console-path", consolePath),
    ...(consoleName === undefined ? [] : ["--console-name", ...consoleName]),
  ];
}

function readPlace(text: string): Place {
  const found = /^(?:\[?([^\]]*)\]?:)?(\d{1,5})$/.exec(text);
  const port = Number(found?.[2]);
  if (found === null || port > 65_535) throw new InvalidArgumentError("such as 127.0.0.1:8484");
  return { host: found[1] || USUAL.host, port };
}

interface OpenConsole {
  readonly url: string | undefined;
  /** The same as tablets reach it: by the console's name, or the machine's where it listens for everybody. */
  readonly links: string | undefined;
  close(): Promise<void>;
}

interface ConsoleParts {
  readonly running: RunningBridge;
  readonly records: Pick<Records, "hide" | "folder">;
  readonly kiosks: Kiosks;
  readonly log: Log;
  readonly tail: Pick<LogTail, "lines">;
  readonly simulator?: Simulator;
}

/** A console that cannot be opened is reported, and everything else goes on. */
export async function openConsole(
  options: ConsoleOptions,
  parts: ConsoleParts,
  { serveConsole }: Surroundings,
): Promise<OpenConsole> {
  const closed: OpenConsole = { url: undefined, links: undefined, close: () => Promise.resolve() };
  if (options.console === false) return closed;
  const { log } = parts;
  const settings = readSettings(options, options.console);
  if (typeof settings === "string") {
    log.error("no web console", { why: settings });
    return closed;
  }
  const { running, records, kiosks, tail, simulator } = parts;
  const source = sourceFrom({
    ...running,
    hide: records.hide,
    history: (range) => readPast(systemClock, records.folder, range),
    kiosks,
    log: () => tail.lines(),
    nextSchedule: (room) => running.bridge.nextSchedule(room),
    ...(simulator === undefined ? {} : { simulator }),
  });
  const opened = await openAt(options.console, (place) =>
    serveConsole({ settings: { ...settings, ...place }, source, clock: systemClock, log }),
  );
  if (opened.ok) {
    const { url } = opened.value;
    if (options.console === USUAL && new URL(url).port !== String(USUAL.port))
      log.warn("the console's usual port is taken, it is on the next one that is free", {
        taken: `${USUAL.host}:${USUAL.port}`,
        remedy: "run --console host:port gives each bridge a port of its own",
      });
    log.info("web console open", { url });
    return { ...opened.value, links: linksOf(url, settings) };
  }
  log.error("no web console", { why: opened.failure.message });
  return closed;
}

/** Opens at a place. Nobody asked for the usual port: where another bridge has it, the next free one does. */
export async function openAt<Opened extends { readonly ok: boolean }>(
  place: Place,
  open: (place: Place) => Promise<Opened>,
): Promise<Opened> {
  let opened = await open(place);
  for (let next = 1; !opened.ok && place === USUAL && next <= NEXT_PORTS; next += 1)
    opened = await open({ ...place, port: place.port + next });
  return opened;
}

/** Behind a proxy its name alone is known. */
function linksOf(url: string, { host, names = [], basePath = "/", tls }: ConsoleSettings): string {
  const [name] = names;
  const seen = new URL(basePath, url);
  if (host === "0.0.0.0" || host === "::") seen.hostname = hostname();
  if (name !== undefined) seen.hostname = name;
  if (tls === "by-proxy" && name !== undefined) [seen.protocol, seen.port] = ["https:", ""];
  return seen.href;
}

/** The reason as a sentence when a file cannot be read. */
export function readSettings(options: ConsoleOptions, place: Place): ConsoleSettings | string {
  const { consoleCertificate, consoleKey, consoleProxy, consoleName, consolePath } = options;
  const tokens = Object.fromEntries(
    consoleRights.flatMap((right) => {
      const token = readSecret(consoleTokens[right]);
      return token === undefined ? [] : [[right, token]];
    }),
  );
  const editing = options.consoleEdit === false ? ("nobody" as const) : ("from-here" as const);
  const settings = { ...place, tokens, editing, names: consoleName ?? [], basePath: consolePath ?? "/" };
  if (consoleProxy === true) return { ...settings, tls: "by-proxy" };
  if (consoleCertificate === undefined && consoleKey === undefined) return settings;
  if (consoleCertificate === undefined || consoleKey === undefined)
    return "a certificate and its key go together";
  const [certificate, key] = [readPemFile(consoleCertificate), readPemFile(consoleKey)];
  if (!certificate.ok) return certificate.failure;
  if (!key.ok) return key.failure;
  return { ...settings, tls: { certificate: certificate.value, key: key.value } };
}
