import { join } from "node:path";
import { type Command, Option } from "commander";
import { systemClock } from "../../base/clock.ts";
import type { ServerName } from "../../base/identifiers.ts";
import { readServerAddress } from "../../base/server-address.ts";
import type { Bridge } from "../../bridge.ts";
import { pendingWords } from "../../feedback/words.ts";
import type { Fact } from "../../journal/fact.ts";
import type { Mapping, VocabularyLoader } from "../../mapping/mapping.ts";
import { partsOf, type ServerPart } from "../../mapping/server-part.ts";
import { createSimulator, type Simulator } from "../../simulator/server.ts";
import type { Surroundings } from "../environment.ts";
import { guardMainThread } from "../guardian/guardian.ts";
import { complainAbout, type ReadMapping, readMapping } from "../mapping/mapping-file.ts";
import { findInstallation } from "../places/installation.ts";
import { addConsoleOptions, type ConsoleOptions, openConsole } from "../running/console.ts";
import { createConsoleLog } from "../running/console-log.ts";
import { LogTail } from "../running/log-tail.ts";
import { takePlace } from "../running/presence.ts";
import { aborted, startBridge } from "../running/start-bridge.ts";
import { complain, endWith, exitCodes, print, style } from "../terminal.ts";

const DEMO_MAPPING = join(findInstallation().root, "mappings/demo.jsonc");
/** The simulator's account; the demo's mapping names the variable. No word that is printed: passwords are hidden there. */
const DEMO_PASSWORD = "demo-password";

/** `demo`: simulator, bridge and console together. */
export function addDemoCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("demo")
    .description("run the bridge against a simulated VALT server; no hardware needed")
    .addOption(
      new Option("--mapping <file>", "another mapping than the demo's own").default(
        DEMO_MAPPING,
        "demo.jsonc",
      ),
    )
    .option("--instance <name>", "to run several bridges on one machine", "demo");
  addConsoleOptions(command).action((options: DemoOptions) => demo(options, surroundings));
}

interface DemoOptions extends ConsoleOptions {
  readonly mapping: string;
  readonly instance: string;
}

async function demo(options: DemoOptions, surroundings: Surroundings): Promise<void> {
  const { loadVocabulary, signal } = surroundings;
  const read = await readMapping(options.mapping, loadVocabulary);
  complainAbout(options.mapping, read.problems);
  if (read.mapping === undefined) return endWith(exitCodes.mapping);
  const simulators = await simulateAll(read.mapping);
  const [simulator] = simulators.values();
  if (simulator === undefined) return endWith(exitCodes.failed);
  process.env.DEMO_PASSWORD ??= DEMO_PASSWORD;
  const amend = (mapping: Mapping): Mapping => ({
    ...mapping,
    servers: new Map(
      [...mapping.servers].map(([name, server]) => {
        const { url } = simulators.get(name) ?? server;
        return [name, { ...server, url, otherUrls: [] }];
      }),
    ),
  });
  const { instance } = options;
  const mapping = amend(read.mapping);
  await runDemo(
    { options, instance, read, mapping, file: options.mapping, loadVocabulary, simulator, signal, amend },
    surroundings,
  );
  for (const one of simulators.values()) await one.close();
}

interface Demo {
  readonly options: DemoOptions;
  readonly file: string;
  readonly read: ReadMapping;
  readonly mapping: Mapping;
  readonly instance: string;
  readonly loadVocabulary: VocabularyLoader;
  readonly simulator: Simulator;
  readonly signal: AbortSignal;
  amend(mapping: Mapping): Mapping;
}

async function runDemo(demo: Demo, surroundings: Surroundings): Promise<void> {
  const tail = new LogTail();
  const log = createConsoleLog({}, tail);
  let links: string | undefined;
  const place = await takePlace({
    instance: demo.instance,
    mapping: demo.mapping,
    log,
    running: () => running,
    consoleUrl: () => links,
  });
  if (!place.ok) {
    complain(place.failure.message);
    return endWith(place.failure.code);
  }
  const { records, kiosks } = place.value;
  const { sink, keeper, hide, adopt: adopted } = records;
  const running = startBridge({ ...demo, log, facts: [narrate(), sink], keeper, hide, adopted });
  const { bridge } = running;
  records.watch(bridge);
  const unguard = guardMainThread({ clock: systemClock, log, file: demo.file, instance: demo.instance });
  const { simulator } = demo;
  const console = await openConsole(
    demo.options,
    { running, records, kiosks, log, tail, simulator },
    surroundings,
  );
  links = console.links;
  introduce(bridge, demo, console.url);
  await aborted(demo.signal);
  await console.close();
  await bridge.close();
  await place.value.close();
  unguard();
  print("Devices closed, bridge and simulator stopped.");
}

/** A simulator in the place of each server; none where one of them cannot be had. */
async function simulateAll(mapping: Mapping): Promise<ReadonlyMap<ServerName, Simulator>> {
  const simulators = new Map<ServerName, Simulator>();
  for (const [name, part] of partsOf(mapping)) {
    const simulator = await simulate(part);
    if (typeof simulator !== "string") simulators.set(name, simulator);
    else {
      complain(simulator);
      for (const one of simulators.values()) await one.close();
      return new Map();
    }
  }
  return simulators;
}

/** On the port that the mapping names, so that its address can be typed; on any other when that is taken. */
async function simulate({ server, rooms }: ServerPart): Promise<Simulator | string> {
  const wanted = Number(readServerAddress(server.url)?.port ?? 0);
  const names = [...rooms.values()].map(({ id, name }) => ({ id, name }));
  const settings = { rooms: names, password: process.env.DEMO_PASSWORD ?? DEMO_PASSWORD };
  const ports = wanted === 0 ? {} : { port: wanted, controlPort: wanted + 1 };
  const first = await createSimulator({ ...settings, ...ports });
  if (first.ok) return first.value;
  const second = await createSimulator(settings);
  return second.ok ? second.value : second.failure.message;
}

function introduce(bridge: Bridge, { simulator, file, mapping }: Demo, consoleUrl: string | undefined): void {
  const [room] = mapping.rooms.keys();
  const devices = bridge
    .status()
    .devices.map(({ id, status }) => `${id} ${status.kind === "open" ? status.productName : ""}`);
  const url = /udp:\/\/127\.0\.0\.1:(\d+)/.exec(devices.join(" "))?.[1] ?? "9000";
  print("");
  print(style("bold", "The bridge is running against a simulated VALT server."));
  if (consoleUrl !== undefined)
    print(`  console   ${style("cyan", consoleUrl)}   (press the keys of a Stream Deck there)`);
  print(`  server    ${simulator.url}   (misbehaves on demand: ${simulator.controlUrl ?? ""})`);
  print(`  mapping   ${file}`);
  print("");
  print("Press in the console, or from another terminal, with plain bash:");
  for (const leaf of ["start", "marker Hello", "pause", "resume", "stop"]) {
    print(style("cyan", `  echo "/valt/room/${room}/${leaf}" > /dev/udp/127.0.0.1/${url}`));
  }
  print("or with OSC (Debian: liblo-tools), and watch the tally:");
  print(style("cyan", `  oscsend 127.0.0.1 ${url} /valt/room/${room}/start`));
  print(style("cyan", "  oscdump 9002"));
  print("Let somebody else stop it:");
  print(
    style(
      "cyan",
      `  curl -d '{"what":"stop"}' ${simulator.controlUrl ?? ""}/rooms/${mapping.rooms.values().next().value?.id ?? 1}/somebody-else`,
    ),
  );
  print("Ctrl-C ends the demo.");
  print("");
}

/** One line for each mark, and for each change of a room that a person would see. */
function narrate(): (fact: Fact) => void {
  const last = new Map<string, string>();
  return (fact) => {
    if (fact.kind === "mark")
      print(`  ${style("cyan", "+")} ${fact.room}: mark "${fact.text}" ${fact.result}`);
    if (fact.kind !== "room") return;
    const { status, pending, trouble } = fact.view;
    const text = trouble ?? (pending === undefined ? (status ?? "unknown") : `${pendingWords[pending]} …`);
    if (last.get(fact.room) === text) return;
    const isFirst = !last.has(fact.room);
    last.set(fact.room, text);
    if (!isFirst) print(`  ${status === "recording" ? style("red", "●") : "○"} ${fact.room}: ${text}`);
  };
}
