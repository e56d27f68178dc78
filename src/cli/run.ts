import { resolve } from "node:path";
import type { Command } from "commander";
import { systemClock } from "../base/clock.ts";
import { createConsoleLog, type LogOptions } from "./console-log.ts";
import { complainAbout, readMapping } from "./mapping-file.ts";
import { openRecords } from "./records.ts";
import { aborted, startBridge } from "./running.ts";
import { joinServiceManager } from "./service-notify.ts";
import { serveStatus, statusAddress } from "./status-socket.ts";
import type { Surroundings } from "./surroundings.ts";
import { complain, endWith, exitCodes, print } from "./terminal.ts";

interface RunOptions extends LogOptions {
  readonly instance: string;
}

export function addRunCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("run")
    .description("run the bridge on a mapping file, until Ctrl-C")
    .argument("<mapping>", "mapping file")
    .option("--instance <name>", "to run several bridges on one machine", "default")
    .option("--json", "log JSON lines even on a terminal")
    .option("--verbose", "log every outcome")
    .action((file: string, options: RunOptions) => run(resolve(file), options, surroundings));
}

async function run(file: string, options: RunOptions, { world, signal }: Surroundings): Promise<void> {
  const { mapping, problems } = readMapping(file, world);
  complainAbout(file, problems);
  if (mapping === undefined) return endWith(exitCodes.mapping);
  const log = createConsoleLog(options);
  const status = await serveStatus(statusAddress(options.instance), () => ({
    pid: process.pid,
    ...bridge.status(),
    records: records.status(),
  }));
  if (!status.ok) {
    complain(status.failure.message);
    return endWith(exitCodes.failed);
  }
  const records = openRecords(options.instance, mapping, log);
  const { sink, keeper } = records;
  const { bridge } = startBridge({ file, mapping, world, log, facts: [sink], keeper, signal });
  records.watch(bridge, mapping);
  const manager = joinServiceManager({
    clock: systemClock,
    log,
    status: () => bridge.status(),
    isLooking: () => bridge.isLooking(),
  });
  await aborted(signal);
  manager.stopping();
  await bridge.close();
  await records.close();
  status.value.close();
  print("Devices closed, bridge stopped.");
}
