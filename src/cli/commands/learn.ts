import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { systemClock } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import type { ControlDescription, ControlEvent, DeviceHost, OpenDevice } from "../../driver/contract.ts";
import type { Surroundings } from "../environment.ts";
import { renderBinding, spread } from "../learn/binding.ts";
import { type DeviceChoice, findDevices, type LearnedDevice } from "../learn/devices.ts";
import { learnFromBridge } from "../learn/from-bridge.ts";
import { createLearnVoice, type LearnVoice } from "../learn/output.ts";
import type { RunningStatus } from "../places/running-bridges.ts";
import { askStatus, statusAddress } from "../places/status-socket.ts";
import { createConsoleLog } from "../running/console-log.ts";
import { aborted } from "../running/start-bridge.ts";
import { complain, endWith, exitCodes, print, printJson, printText } from "../terminal.ts";

interface LearnOptions extends DeviceChoice {
  readonly instance: string;
  readonly raw?: true;
  readonly json?: true;
  readonly values?: true;
  readonly draft?: string;
  readonly printed?: string;
}

/** `learn`: tells what is touched. */
export function addLearnCommand(program: Command, surroundings: Surroundings): void {
  program
    .command("learn")
    .description("show live what devices send, and what to write into a mapping for it, until Ctrl-C")
    .argument(
      "[device...]",
      "number, name or serial number of what is attached; names of a mapping with --mapping",
    )
    .option("--mapping <file>", "open devices of this mapping (default: all that are attached)")
    .option("--product <vid:pid>", "watch a product without a profile, and draft one")
    .option(
      "--draft <file>",
      "write a profile drafted from what was seen (default with --product: vid-pid.json)",
    )
    .option("--raw", "print the bytes as well; those of a card reader tell its cards' numbers")
    .option(
      "--printed <number>",
      "what the server has for the card that is held to a reader twice: proposes how to make it of what is typed",
    )
    .option("--instance <name>", "of which running bridge, where a device is one of its own", "default")
    .option("--values", "print what cards and triggers send, which may be secret")
    .option("--json", "print one JSON object a line")
    .action((names: string[], options: LearnOptions) => learn(names, options, surroundings));
}

async function learn(
  names: readonly string[],
  options: LearnOptions,
  surroundings: Surroundings,
): Promise<void> {
  const { signal } = surroundings;
  const voice = createLearnVoice({
    form: options.json === true ? "json" : "lines-for-people",
    values: options.values === true ? "shown" : "hidden",
  });
  if (options.product === undefined && (await learnThere(names, options, { voice, signal }))) return;
  const devices = await findDevices(names, options, surroundings);
  const everythingLost = new AbortController();
  const lost = new Set<LearnedDevice>();
  const lessons: Lesson[] = [];
  const checkLost = () => {
    if (lost.size < devices.length) return;
    endWith(exitCodes.failed);
    everythingLost.abort();
  };
  for (const device of devices) {
    const lose = () => {
      lost.add(device);
      checkLost();
    };
    const lesson = await begin(device, { options, voice, signal, lost: lose });
    if (lesson === undefined) lost.add(device);
    else lessons.push(lesson);
  }
  if (lessons.length === 0) {
    endWith(exitCodes.failed);
    return;
  }
  checkLost();
  if (options.json !== true) print("Press, turn and move what you like; Ctrl-C ends it.");
  await aborted(AbortSignal.any([signal, everythingLost.signal]));
  for (const lesson of lessons) {
    await lesson.opened.close();
    conclude(lesson, options);
  }
}

/** Devices that a running bridge holds are learnt from it; false when none of them is meant. */
async function learnThere(
  names: readonly string[],
  options: LearnOptions,
  tools: Pick<LessonTools, "voice" | "signal">,
): Promise<boolean> {
  const address = statusAddress(options.instance);
  const status = (await askStatus(address)) as RunningStatus | undefined;
  const kept = status?.devices ?? [];
  if (names.length === 0 && kept.length > 0) {
    complain(
      "A bridge is running. Name the device of its own that is to be learnt: its presses do nothing meanwhile.",
    );
    for (const { id, kind } of kept) complain(`  ${id}  ${kind}`);
    complain("What else is attached is told by valt-bridge devices, and learnt by its name or number.");
    endWith(exitCodes.failed);
    return true;
  }
  const wanted = names.filter((name) => kept.some(({ id }) => id === name));
  if (wanted.length === 0) return false;
  const others = names.filter((name) => !wanted.includes(name));
  if (others.length > 0) complain(`the running bridge has no device ${others.join(", ")}`);
  if (options.raw === true || options.draft !== undefined || options.printed !== undefined)
    complain("A running bridge tells neither bytes nor drafts: for these, stop it first.");
  if (options.json !== true)
    print(
      "Press, turn and move what you like: it does nothing meanwhile. It ends with Ctrl-C, or after a minute without a press.",
    );
  const learned = await Promise.all(wanted.map((name) => learnFromBridge(address, name, tools)));
  for (const one of learned) if (one !== undefined) tellBinding(one, one.touched, options);
  return true;
}

interface Lesson {
  readonly device: LearnedDevice;
  readonly opened: OpenDevice;
  readonly touched: ReadonlyMap<string, ControlDescription>;
  readonly reports: readonly Uint8Array[];
}

interface LessonTools {
  readonly options: LearnOptions;
  readonly voice: LearnVoice;
  readonly signal: AbortSignal;
  lost(): void;
}

async function begin(device: LearnedDevice, tools: LessonTools): Promise<Lesson | undefined> {
  const { voice, signal } = tools;
  const touched = new Map<string, ControlDescription>();
  const reports: Uint8Array[] = [];
  let controls: readonly ControlDescription[] = [];
  const host = hostFor(device, tools, {
    touched(event) {
      const control = controls.find(({ id }) => id === event.control);
      if (control !== undefined && event.kind !== "held") touched.set(control.id, control);
    },
    reported(bytes) {
      // Many devices repeat themselves a hundred times a second.
      if (reports.length < MOST_REPORTS && !isSame(reports.at(-1), bytes))
        reports.push(Uint8Array.from(bytes));
    },
  });
  const { kind, settings, named } = device;
  const opened = await kind.open({ settings, named, host, signal });
  if (!opened.ok) {
    complain(`${device.name}: ${opened.failure.message}`);
    return undefined;
  }
  controls = opened.value.panel?.controls ?? [];
  voice.opened(device, opened.value.productName, controls);
  return { device, opened: opened.value, touched, reports };
}

const MOST_REPORTS = 20_000;

function isSame(before: Uint8Array | undefined, bytes: Uint8Array): boolean {
  return before !== undefined && Buffer.compare(before, bytes) === 0;
}

interface LessonNotes {
  touched(event: ControlEvent): void;
  reported(bytes: Uint8Array): void;
}

/** Nothing that is touched means anything here. */
function hostFor(
  device: LearnedDevice,
  { options, voice, lost }: LessonTools,
  notes: LessonNotes,
): DeviceHost {
  return {
    clock: systemClock,
    log: createConsoleLog({}).child({ device: device.name }),
    emit(event) {
      notes.touched(event);
      voice.touched(device, event);
    },
    request: (message, from) => voice.requested(device, message, from),
    admits: () => true,
    joined: () => undefined,
    parted: () => undefined,
    dropped: (reason) => complain(`${device.name}: dropped ${reason}`),
    traced(direction, bytes) {
      if (direction === "in") notes.reported(bytes);
      if (options.raw === true) voice.raw(device, direction, bytes);
    },
    lost(reason) {
      voice.lost(device, reason);
      lost();
    },
  };
}

/** What was learned, to be pasted or kept. */
function conclude({ device, touched, reports }: Lesson, options: LearnOptions): void {
  tellBinding(device, [...touched.values()], options);
  if (reports.length > 0) propose(device, reports, options);
  const file = options.draft ?? options.product?.toLowerCase().replace(":", "-").concat(".json");
  if (file !== undefined && device.kind.draftProfile !== undefined)
    writeDraft(file, device.kind.draftProfile(device.settings, reports), reports.length);
}

function tellBinding(
  device: Parameters<typeof renderBinding>[0],
  controls: readonly ControlDescription[],
  options: LearnOptions,
): void {
  if (controls.length === 0) return;
  const binding = renderBinding(device, controls);
  if (options.json === true) printJson({ device: device.name, binding: JSON.parse(`{${binding}}`) });
  else printText(`\nTo paste into the mapping's "devices", and to change:\n\n${binding}`);
}

function propose(device: LearnedDevice, reports: readonly Uint8Array[], options: LearnOptions): void {
  const proposal = device.kind.proposeSettings?.(device.settings, reports, options.printed);
  if (proposal === undefined) return;
  const { settings, notes } = proposal;
  if (options.json === true) {
    printJson({ device: device.name, settings, notes });
    return;
  }
  const lines = Object.entries(settings).map(([key, value]) => `${JSON.stringify(key)}: ${spread(value)}`);
  printText(`\nTo add to the settings of ${device.name}:\n\n${lines.join(",\n")}`);
  for (const note of notes) print(`  ${note}`);
}

function writeDraft(file: string, text: string, reportCount: number): void {
  if (reportCount === 0) {
    complain("No reports came, so there is no profile to draft.");
    endWith(exitCodes.failed);
    return;
  }
  try {
    writeFileSync(file, text, { flag: "wx" });
    complain(`Drafted ${file} from ${reportCount} reports: read its notes, and try it.`);
  } catch (error) {
    complain(`${file} was not written (${errorText(error)}); this is it:`);
    printText(text);
    endWith(exitCodes.failed);
  }
}
