import { createWriteStream } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import { parse } from "jsonc-parser";
import { volatileKeeper } from "../../action/mark.ts";
import { systemClock } from "../../base/clock.ts";
import type { Fact } from "../../journal/fact.ts";
import type { DeviceMapping } from "../../mapping/mapping.ts";
import type { Surroundings } from "../environment.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { secretsOf } from "../mapping/secrets.ts";
import { lineOf, type RecordingLine } from "../recording/recording-file.ts";
import { createSecretFilter } from "../recording/recording-secrets.ts";
import { createConsoleLog } from "../running/console-log.ts";
import { aborted, startBridge } from "../running/start-bridge.ts";
import { complain, endWith, exitCodes, print } from "../terminal.ts";

interface RecordOptions {
  readonly device?: string;
  readonly out: string;
}

/** `record`: writes what a device sends into a file. */
export function addRecordCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("record")
    .description("run the bridge and write down what one device sends and shows, until Ctrl-C")
    .argument("<mapping>", "mapping file")
    .option("--device <name>", "which device (default: the first of the mapping)")
    .option("--out <file>", "JSON Lines file to write", "recording.jsonl")
    .action((file: string, options: RecordOptions) => record(resolve(file), options, surroundings));
}

async function record(
  file: string,
  options: RecordOptions,
  { loadVocabulary, signal }: Surroundings,
): Promise<void> {
  const read = await readMapping(file, loadVocabulary);
  const { mapping } = read;
  complainAbout(file, read.problems);
  if (mapping === undefined) return endWith(exitCodes.mapping);
  const device = [...mapping.devices.values()].find(
    ({ id }) => options.device === undefined || id === options.device,
  );
  if (device === undefined) {
    complain(
      `the mapping has no device "${options.device}"; it has ${[...mapping.devices.keys()].join(", ")}`,
    );
    return endWith(exitCodes.usage);
  }
  const out = createWriteStream(options.out);
  out.write(`${JSON.stringify(describe(device, read.text))}\n`);
  const startMs = systemClock.monotonicMs();
  const filter = createSecretFilter(secretsOf(mapping));
  const write = (lines: readonly RecordingLine[]) => {
    for (const line of lines) out.write(`${JSON.stringify(line)}\n`);
  };
  const take = (fact: Fact) => {
    if ("device" in fact && fact.device !== device.id) return;
    const line = lineOf(fact, startMs);
    if (line !== undefined) write(filter.push(line));
  };
  const { bridge } = startBridge({
    file,
    read,
    mapping,
    loadVocabulary,
    log: createConsoleLog({}),
    facts: [take],
    keeper: volatileKeeper,
    signal,
  });
  print(`Recording ${device.id} to ${options.out}; Ctrl-C ends it.`);
  await aborted(signal);
  await bridge.close();
  write(filter.end());
  await new Promise<void>((done) => out.end(done));
  print("Recording closed.");
}

function describe(device: DeviceMapping, text: string): Record<string, unknown> {
  const document = parse(text) as { rooms: unknown; devices: Record<string, unknown> };
  return {
    recording: 1,
    kind: device.kind.kind,
    settings: device.settings,
    named: [...device.controls.keys()],
    device: document.devices[device.id],
    rooms: document.rooms,
  };
}
