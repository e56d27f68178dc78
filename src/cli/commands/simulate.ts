import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { printable, printableJson } from "../../base/printable.ts";
import type {
  Fault,
  LoggedRequest,
  Simulator,
  SimulatorSettings,
  ValtVersion,
} from "../../simulator/server.ts";
import { createSimulator } from "../../simulator/server.ts";
import { VALT_VERSIONS } from "../../simulator/settings.ts";
import type { Surroundings } from "../environment.ts";
import { readPemFile } from "../places/pem-file.ts";

interface SimulateOptions {
  readonly valt: ValtVersion;
  readonly rooms: readonly SimulatedRoom[];
  readonly port: number;
  readonly host: string;
  readonly controlPort: number | "none";
  readonly username: string;
  readonly password: string;
  readonly lag: number;
  readonly maxDuration?: number;
  readonly namesOnly?: true;
  readonly tlsKey?: string;
  readonly tlsCert?: string;
  readonly latency?: number | [number, number];
  readonly hang?: "before-acting" | "after-acting";
  readonly drop?: "before-acting" | "after-acting";
  readonly refuseTokens?: true;
  readonly fail?: "500" | "502" | "malformed" | "empty";
  readonly probability?: number;
  readonly seed: number;
  readonly json?: true;
}

/** Adds `simulate`: a VALT server without VALT, until `signal` aborts. */
export function addSimulateCommand(program: Command, { signal }: Pick<Surroundings, "signal">): void {
  const command = program
    .command("simulate")
    .description("run a VALT server that records nothing: to develop against, to try the bridge with");
  for (const option of [...serverOptions(), ...faultOptions()]) command.addOption(option);
  command.action((options: SimulateOptions) => simulate(options, signal));
}

function serverOptions(): readonly Option[] {
  return [
    new Option("--valt <version>", "release to imitate").choices([...VALT_VERSIONS]).default("6.6"),
    new Option("--rooms <rooms>", 'how many, or which by id and name: "101-112,Exam {n}"')
      .argParser(readRooms)
      .default(readRooms("6"), "6"),
    new Option("--port <port>", "where the server listens; 0 takes any free port")
      .argParser(port)
      .default(8000),
    new Option("--host <address>", "address to listen on").default("127.0.0.1"),
    new Option("--control-port <port>", "where the control API listens (loopback only), or none")
      .argParser((text) => (text === "none" ? "none" : port(text)))
      .default(8001),
    new Option("--username <name>", "account of the API").default("panel-bridge"),
    new Option("--password <text>", "its password").default("simulator"),
    new Option("--lag <ms>", "how far the status trails the truth").argParser(wholeNumber).default(0),
    new Option("--max-duration <seconds>", "recordings end by themselves after so long").argParser(
      wholeNumber,
    ),
    new Option("--names-only", "the list of rooms tells names, not recordings"),
    new Option("--tls-key <file>", "PEM file; together with --tls-cert the server speaks TLS"),
    new Option("--tls-cert <file>", "PEM file"),
    new Option("--seed <number>", "same seed, same ids and tokens").argParser(wholeNumber).default(1),
    new Option("--json", "print JSON lines"),
  ];
}

function faultOptions(): readonly Option[] {
  const moments = ["before-acting", "after-acting"];
  return [
    new Option("--latency <ms>", "delay every answer: 200, or 50-400").argParser(milliseconds),
    new Option("--hang [when]", "never answer").choices(moments).preset("before-acting"),
    new Option("--drop [when]", "cut the connection").choices(moments).preset("before-acting"),
    new Option("--refuse-tokens", "answer 401 as if the token had expired"),
    new Option("--fail <how>", "answer wrongly").choices(["500", "502", "malformed", "empty"]),
    new Option("--probability <share>", "of --hang, --drop, --refuse-tokens and --fail, 0 to 1").argParser(
      share,
    ),
  ];
}

async function simulate(options: SimulateOptions, signal: AbortSignal): Promise<void> {
  const tls = readTls(options);
  if (typeof tls === "string") return giveUp(tls);
  const created = await createSimulator({ ...settingsOf(options), tls });
  if (!created.ok) return giveUp(created.failure.message);
  const simulator = created.value;
  for (const fault of faultsOf(options)) simulator.fault(fault);
  print(options, introduce(simulator, options));
  simulator.requests.onAnswer((request) => {
    if (changesState(request)) print(options, describeRequest(request));
  });
  await aborted(signal);
  await simulator.close();
  print(options, { event: "closed", text: "Simulator closed." });
}

function readTls(options: SimulateOptions): SimulatorSettings["tls"] | string {
  const { tlsKey, tlsCert } = options;
  if (tlsKey === undefined && tlsCert === undefined) return undefined;
  if (tlsKey === undefined || tlsCert === undefined) return "--tls-key and --tls-cert belong together";
  const [key, cert] = [readPemFile(tlsKey), readPemFile(tlsCert)];
  if (!key.ok) return key.failure;
  return cert.ok ? { key: key.value, cert: cert.value } : cert.failure;
}

function settingsOf(options: SimulateOptions): SimulatorSettings {
  return {
    valt: options.valt,
    rooms: options.rooms,
    host: options.host,
    port: options.port,
    controlPort: options.controlPort,
    username: options.username,
    password: options.password,
    lagMs: options.lag,
    maximumRecordingMs: options.maxDuration === undefined ? undefined : options.maxDuration * 1000,
    bulkDetail: options.namesOnly === true ? "names" : "full",
    seed: options.seed,
  };
}

function faultsOf(options: SimulateOptions): readonly Fault[] {
  const { latency, hang, drop, refuseTokens, fail, probability } = options;
  const faults: Fault[] = [];
  if (latency !== undefined) faults.push({ kind: "latency", ms: latency });
  if (hang !== undefined) faults.push({ kind: "hang", when: hang, probability });
  if (drop !== undefined) faults.push({ kind: "drop", when: drop, probability });
  if (refuseTokens === true) faults.push({ kind: "refuse-token", probability });
  if (fail === "500") faults.push({ kind: "error", status: 500, probability });
  if (fail === "502") faults.push({ kind: "error", status: 502, probability });
  if (fail === "malformed" || fail === "empty") faults.push({ kind: "spoil", how: fail, probability });
  return faults;
}

interface Line {
  readonly event: string;
  readonly text: string;
  readonly [field: string]: unknown;
}

function introduce(simulator: Simulator, options: SimulateOptions): Line {
  const { url, controlUrl } = simulator;
  const { username, password, valt, rooms } = options;
  const text = [
    `VALT ${valt} simulator, ${rooms.length} rooms, at ${url}`,
    `  account: ${username}  password: ${password}`,
    controlUrl === undefined ? "  no control API" : `  control API: ${controlUrl}/state`,
  ].join("\n");
  return { event: "listening", text, url, controlUrl, username, password, valt, rooms: rooms.length };
}

/** Searches are posted too, but change nothing; neither does a login. */
function changesState({ method, key }: LoggedRequest): boolean {
  return method !== "GET" && key !== "POST login" && key !== "POST records";
}

function describeRequest({ method, path, body, answerStatus }: LoggedRequest): Line {
  const time = new Date().toISOString();
  const sent = body === undefined ? "" : ` ${JSON.stringify(body)}`;
  const text = `${time} ${method} ${path}${sent} -> ${answerStatus}`;
  return { event: "request", text, time, method, path, body, answerStatus };
}

function print(options: SimulateOptions, line: Line): void {
  const { text, ...fields } = line;
  const shown = text.split("\n").map(printable).join("\n");
  process.stdout.write(`${options.json === true ? printableJson(JSON.stringify(fields)) : shown}\n`);
}

function giveUp(message: string): void {
  process.stderr.write(`simulate: ${printable(message)}\n`);
  process.exitCode = 1;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("a whole number is needed");
  return Number(text);
}

function port(text: string): number {
  const value = wholeNumber(text);
  if (value > 65_535) throw new InvalidArgumentError("a port is a number up to 65535");
  return value;
}

const MOST_ROOMS = 5000;

interface SimulatedRoom {
  readonly id: number;
  readonly name: string;
}

/** `6`; or ids and ranges of them, then a name with the id in it: `101-112,Exam {n}`. */
function readRooms(text: string): readonly SimulatedRoom[] {
  if (/^\d+$/.test(text))
    return nameRooms(Array.from({ length: most(Number(text)) }, (_, index) => index + 1));
  const pieces = text.split(",").map((piece) => piece.trim());
  const [name] = pieces.filter((piece) => !RANGE.test(piece));
  const ids = pieces.flatMap((piece) => {
    const [, first = "", last = first] = RANGE.exec(piece) ?? [];
    if (first === "") return [];
    const count = most(Number(last) - Number(first) + 1);
    return Array.from({ length: count }, (_, index) => Number(first) + index);
  });
  if (ids.length === 0 || ids.includes(0))
    throw new InvalidArgumentError('a number of rooms, or their ids and a name: "101-112,Exam {n}"');
  return nameRooms([...new Set(ids)], name);
}

const RANGE = /^(\d{1,9})(?:-(\d{1,9}))?$/;

function most(count: number): number {
  if (count < 0 || count > MOST_ROOMS) throw new InvalidArgumentError(`at most ${MOST_ROOMS} rooms`);
  return count;
}

function nameRooms(ids: readonly number[], name = "Interview {n}"): readonly SimulatedRoom[] {
  return ids.map((id) => ({ id, name: name.replaceAll("{n}", String(id)) }));
}

function milliseconds(text: string): number | [number, number] {
  const [least, most] = text.split("-", 2).map(wholeNumber);
  return most === undefined ? (least ?? 0) : [least ?? 0, most];
}

function share(text: string): number {
  const value = Number(text);
  if (text === "" || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError("a share from 0 to 1 is needed");
  return value;
}
