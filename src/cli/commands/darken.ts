import { setMaxListeners } from "node:events";
import { resolve } from "node:path";
import { type Command, Option } from "commander";
import { systemClock, within } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import type { DeviceMapping, Mapping } from "../../mapping/mapping.ts";
import { findMeant } from "../doctor/attached.ts";
import type { Surroundings } from "../environment.ts";
import { deviceFilesIn, isFake, rawDevicesOf } from "../mapping/device-files.ts";
import { complainAbout, readMapping } from "../mapping/mapping-file.ts";
import { nullHost } from "../mapping/panels.ts";
import { findHoldersOfFile, type Holder } from "../places/port-owner.ts";
import { findKeeper, findRunningBridges, type RunningStatus } from "../places/running-bridges.ts";
import { complain, exitCodes, print } from "../terminal.ts";

/** `darken`: makes panels dark that a killed bridge left lit. */
export function addDarkenCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("darken")
    .description(
      "blank the panels of a mapping after its bridge was killed; what another process has is left alone",
    )
    .argument("<mapping>", "mapping file")
    .option("--instance <name>", "which bridge, where several run", "default")
    .addOption(new Option("--instead-of <process>", "a bridge that hangs, and is being ended").hideHelp())
    .action(async (file: string, { instance, insteadOf }: DarkenOptions) => {
      if (insteadOf !== undefined) {
        await waitForEnd(Number(insteadOf));
        complain(
          `The main thread of process ${insteadOf} was silent: it has been ended, and its panels are made dark.`,
        );
      }
      await darken(file, instance, surroundings);
    });
}

interface DarkenOptions {
  readonly instance: string;
  readonly insteadOf?: string;
}

/** It holds the other end of the standard input as long as it holds its devices, and may hang while it ends itself. */
async function waitForEnd(pid: number): Promise<void> {
  const ended = new Promise((resolve) => process.stdin.once("close", resolve).resume());
  if ((await within(systemClock, ended, END_WITHIN_MS)) !== "too-late") return;
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    return;
  }
  await within(systemClock, ended, END_WITHIN_MS);
}

const END_WITHIN_MS = 500;

/** All in all: the service manager waits for it before it starts the bridge again. */
const WITHIN_MS = 5000;
/** A driver takes up to two seconds to blank and close. */
const OPEN_WITHIN_MS = 2900;

type Darkened =
  | { readonly kind: "dark"; readonly productName: string }
  | { readonly kind: "left-alone" | "failed"; readonly why: string };

async function darken(
  file: string,
  instance: string,
  { loadVocabulary, signal }: Surroundings,
): Promise<void> {
  const path = resolve(file);
  const { mapping, problems } = await readMapping(path, loadVocabulary);
  if (mapping === undefined) {
    complainAbout(path, problems);
    return leave(exitCodes.mapping);
  }
  const devices = [...mapping.devices.values()].filter(showsSomething);
  const endMs = systemClock.monotonicMs() + WITHIN_MS;
  const bridges = await findRunningBridges(instance);
  const opening = AbortSignal.any([signal, AbortSignal.timeout(OPEN_WITHIN_MS)]);
  // Every device listens to it.
  setMaxListeners(0, opening);
  const results = devices.map(async (device) => {
    const keeper = findBridgeWith(device, mapping, bridges);
    const leftMs = endMs - systemClock.monotonicMs();
    const result = keeper ?? (await within(systemClock, blank(device, opening), leftMs));
    tell(device, result);
    return result;
  });
  const isFailed = (await Promise.all(results)).some((one) => one === "too-late" || one.kind === "failed");
  leave(isFailed ? exitCodes.failed : exitCodes.fine);
}

/** What only listens, such as a line without lamps, would be opened for nothing. */
function showsSomething({ described }: DeviceMapping): boolean {
  return described === "known-once-open" || described.some(({ output }) => output.kind !== "none");
}

function findBridgeWith(
  { id, kind }: DeviceMapping,
  { fingerprint }: Mapping,
  bridges: readonly RunningStatus[],
): Darkened | undefined {
  const keeper = findKeeper(bridges, { mapping: fingerprint, id, kind: kind.kind });
  if (keeper?.status.kind !== "open") return undefined;
  return { kind: "left-alone", why: `the running bridge has it (process ${keeper.pid})` };
}

/** Somebody else who has it open; on Linux a second opening of a raw device would succeed. */
async function findHolder(
  { kind, settings }: DeviceMapping,
  signal: AbortSignal,
): Promise<Holder | undefined> {
  const named = deviceFilesIn(settings);
  const attached = isFake(settings) || named.length > 0 ? [] : ((await kind.discover?.(signal)) ?? []);
  const serialNumbers = findMeant(settings, attached).map((one) => one.settings.serialNumber);
  const files = [...named, ...serialNumbers.flatMap((one) => rawDevicesOf(one))];
  return files.flatMap((path) => findHoldersOfFile(path))[0];
}

/** A driver blanks what it closes. */
async function blank(device: DeviceMapping, signal: AbortSignal): Promise<Darkened> {
  const { kind, settings, controls } = device;
  try {
    const holder = await findHolder(device, signal);
    if (holder !== undefined)
      return { kind: "left-alone", why: `${holder.name} has it open (process ${holder.pid})` };
    const host = nullHost(() => undefined);
    const opened = await kind.open({ settings, named: [...controls.keys()], host, signal });
    if (!opened.ok) {
      const isHeld = opened.failure.reason === "in-use";
      return { kind: isHeld ? "left-alone" : "failed", why: opened.failure.message };
    }
    await opened.value.close();
    return { kind: "dark", productName: opened.value.productName };
  } catch (error) {
    return { kind: "failed", why: errorText(error) };
  }
}

function tell({ id }: DeviceMapping, result: Darkened | "too-late"): void {
  if (result === "too-late") complain(`${id}: not dark: it did not answer within ${WITHIN_MS / 1000} s`);
  else if (result.kind === "dark") print(`${id}: dark (${result.productName})`);
  else if (result.kind === "left-alone") print(`${id}: left alone: ${result.why}`);
  else complain(`${id}: not dark: ${result.why}`);
}

/** At once: a device that hangs must not keep the service manager waiting. */
/** What was said is written, unless nobody reads it: the service manager waits. */
function leave(code: number): void {
  const written = new Promise<void>((resolve) => {
    process.stderr.write("", () => process.stdout.write("", () => resolve()));
  });
  void within(systemClock, written, READ_WITHIN_MS).then(() => process.exit(code));
}

const READ_WITHIN_MS = 2000;
