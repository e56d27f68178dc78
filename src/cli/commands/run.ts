import { resolve } from "node:path";
import type { Command } from "commander";
import { pause, systemClock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { leaveLooks, takeLooks } from "../../bridge/looks-file.ts";
import type { Bridge } from "../../bridge.ts";
import type { Surroundings } from "../environment.ts";
import { guardMainThread } from "../guardian/guardian.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { addConsoleOptions, type ConsoleOptions, openConsole } from "../running/console.ts";
import { createConsoleLog, type LogOptions } from "../running/console-log.ts";
import { recallRooms } from "../running/followed-rooms.ts";
import { LogTail } from "../running/log-tail.ts";
import { tellMissingParts } from "../running/native-parts.ts";
import { takePlace } from "../running/presence.ts";
import { aborted, startBridge } from "../running/start-bridge.ts";
import { joinDescriptorStore } from "../service/descriptor-store.ts";
import { joinServiceManager } from "../service/notify.ts";
import { complain, endWith, exitCodes, print } from "../terminal.ts";

interface RunOptions extends LogOptions, ConsoleOptions {
  readonly instance: string;
}

/** Panels come first: loading the console takes a moment of the processor. */
const CONSOLE_AFTER_MS = 1500;

/** `run`: runs the bridge until it is told to end. */
export function addRunCommand(program: Command, surroundings: Surroundings): void {
  const command = program
    .command("run")
    .description("run the bridge on a mapping file, until Ctrl-C")
    .argument("<mapping>", "mapping file")
    .option("--instance <name>", "to run several bridges on one machine", "default")
    .option("--json", "log JSON lines even on a terminal")
    .option("--verbose", "log every outcome");
  addConsoleOptions(command).action((file: string, options: RunOptions) =>
    run(resolve(file), options, surroundings),
  );
}

/** Runs until the process is told to end; what keeps it from that is said. */
export async function run(file: string, options: RunOptions, surroundings: Surroundings): Promise<void> {
  const { loadVocabulary, signal } = surroundings;
  const read = await readMapping(file, loadVocabulary);
  const { mapping } = read;
  complainAbout(file, read.problems);
  if (mapping === undefined) return endWith(exitCodes.mapping);
  const tail = new LogTail();
  const log = createConsoleLog(options, tail);
  let links: string | undefined;
  const [begun, begin] = once();
  const place = await takePlace({
    instance: options.instance,
    mapping,
    log,
    begun,
    running: () => running,
    consoleUrl: () => links,
  });
  if (!place.ok) {
    complain(place.failure.message);
    return endWith(place.failure.code);
  }
  const { records, started, kiosks, rooms } = place.value;
  const disk = { folder: records.folder, clock: systemClock, log };
  const looks = await takeLooks(disk);
  const recalled = await recallRooms({ ...read, mapping }, { file, loadVocabulary, rooms });
  const store = joinDescriptorStore({ clock: systemClock, log });
  const { sink, keeper, hide, adopt: adopted } = records;
  const running = startBridge({
    file,
    read: recalled,
    mapping: recalled.mapping,
    loadVocabulary,
    rooms,
    log,
    facts: [sink],
    keeper,
    hide,
    adopted,
    started,
    looks,
    signal,
    unheardSinceMs: store.unheardSinceMs,
  });
  const { bridge } = running;
  begin();
  records.watch(bridge);
  const unguard = guardMainThread({ clock: systemClock, log, file, instance: options.instance });
  const manager = tellServiceManager(bridge, log);
  await pause(systemClock, CONSOLE_AFTER_MS, signal);
  void tellMissingParts(mapping, log);
  const console = await openConsole(options, { running, records, kiosks, log, tail }, surroundings);
  links = console.links;
  await aborted(signal);
  manager.stopping();
  await store.leave();
  await console.close();
  await bridge.close();
  await leaveLooks(bridge.looks(), disk);
  await place.value.close();
  unguard();
  print("Devices closed, bridge stopped.");
}

function tellServiceManager(bridge: Bridge, log: Log) {
  return joinServiceManager({
    clock: systemClock,
    log,
    status: () => bridge.status(),
    isLooking: () => bridge.isLooking(),
  });
}

/** A promise, and what resolves it. */
function once(): readonly [promise: Promise<void>, resolve: () => void] {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return [promise, resolve];
}
