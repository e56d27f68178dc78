import { closeSync, constants, open, readSync, writeSync } from "node:fs";
import { promisify } from "node:util";
import { pause } from "../../../src/base/clock.ts";
import { errorText } from "../../../src/base/error-text.ts";
import type { Clock } from "../../../src/driver/contract.ts";
import type { HidEars } from "../../../src/driver/hid/handle.ts";
import type { ReportHandle } from "../find/source.ts";
import type { Grab } from "./evdev-grammar.ts";
import {
  eventTypes,
  type InputEvent,
  type RecordBytes,
  renderInputEvents,
  synchronizeCodes,
} from "./input-event.ts";
import type { InputKernel } from "./kernel.ts";
import { createPacketCutter, stateOf } from "./packets.ts";
import type { Readiness } from "./readiness.ts";

/** What an input file is opened with. */
export interface InputFileTools {
  /** Undefined where the C library could not be loaded; `why` says so then. */
  readonly kernel: InputKernel | undefined;
  readonly why: string;
  readonly readiness: Readiness;
  readonly grab: Grab;
  readonly recordBytes: RecordBytes;
  /** Its monotonic time and its wall time are those that the kernel's records carry. */
  readonly clock: Pick<Clock, "after" | "monotonicMs" | "wallMs">;
  /** Said once, when keys are not kept from others although that was preferred. */
  warn(message: string): void;
}

/**
 * An event file of Linux. Its reports are packets of 24-byte records, whatever the machine; the first is the state,
 * and after an overflow of the kernel's queue comes the state again in place of what was left of the events.
 */
export async function openInputFile(path: string, tools: InputFileTools): Promise<ReportHandle> {
  const descriptor = await openForBoth(path);
  try {
    const isMonotonic = tools.kernel?.useMonotonicClock(descriptor) === true;
    await takeAway(descriptor, path, tools);
    return createHandle(descriptor, isMonotonic ? tools.clock.monotonicMs() : tools.clock.wallMs(), tools);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function createHandle(
  descriptor: number,
  openedMs: number,
  { kernel, readiness, recordBytes }: InputFileTools,
): ReportHandle {
  let release: (() => Promise<void>) | undefined;
  let closing: Promise<void> | undefined;
  let ears: HidEars | undefined;
  const readState = () => kernel?.keysDown(descriptor);
  // What comes from here on is touched, not held.
  const first = renderInputEvents(stateOf(readState(), openedMs));
  const cut = createPacketCutter(recordBytes, readState);

  const fail = (reason: string) => {
    const heard = ears;
    ears = undefined;
    void release?.();
    heard?.failed(reason);
  };
  const read = () => {
    const chunk = readChunk(descriptor, recordBytes);
    if (chunk === "empty") return;
    if (typeof chunk === "string") return fail(chunk);
    for (const packet of cut(chunk)) ears?.report(renderInputEvents(packet));
  };

  return {
    listen(listener) {
      ears = listener;
      // Whoever listens is told only once it had time to say that it is open.
      setImmediate(() => {
        if (ears === undefined || closing !== undefined) return;
        ears.report(first);
        try {
          release = readiness.follow(descriptor, read);
        } catch (error) {
          fail(errorText(error));
        }
      });
    },
    async write(report) {
      writeSync(descriptor, renderInputEvents(lampEvents(report), recordBytes));
    },
    async sendFeature() {
      throw new Error("an input file has no feature reports");
    },
    async getFeature() {
      throw new Error("an input file has no feature reports");
    },
    close() {
      ears = undefined;
      closing ??= (release?.() ?? Promise.resolve()).then(() => closeSync(descriptor));
      return closing;
    },
  };
}

const openFile = promisify(open);

/** To write lamps as well, where that is allowed. Reading must not wait: see `readiness.ts`. */
async function openForBoth(path: string): Promise<number> {
  try {
    return await openFile(path, constants.O_RDWR | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EACCES") throw error;
    return openFile(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }
}

/**
 * The kernel gives the keys back when the file is closed, also by a process that was killed. What was typed before
 * the grab was typed into the computer too, and is none of ours.
 */
async function takeAway(descriptor: number, path: string, tools: InputFileTools): Promise<void> {
  const { kernel, why, grab, recordBytes, warn } = tools;
  if (grab === "off") return;
  if (!(await areReleased(descriptor, tools)))
    warn(`a key of ${path} is down: the rest of the computer takes it for held until it is pressed again`);
  const outcome = kernel?.grab(descriptor) ?? "refused";
  if (outcome === "grabbed") return empty(descriptor, recordBytes);
  // Nothing would ever arrive.
  if (outcome === "taken") throw new Error(`${path} is grabbed by another program`);
  const reason = kernel === undefined ? why : "the kernel refused it";
  const meaning = `the keys of ${path} cannot be kept to the bridge (${reason}): they also reach a login console or a desktop`;
  if (grab === "required") throw new Error(`${meaning}. Set "grab" to "preferred" if that is acceptable.`);
  warn(meaning);
}

const RELEASED_WITHIN_MS = 3000;
const LOOK_EVERY_MS = 20;

/** A key that is down when it is grabbed stays down for everybody else, who never hear of its release. */
async function areReleased(descriptor: number, { kernel, clock }: InputFileTools): Promise<boolean> {
  const isDown = () => kernel?.keysDown(descriptor)?.some((bits) => bits !== 0) === true;
  const untilMs = clock.monotonicMs() + RELEASED_WITHIN_MS;
  while (isDown()) {
    if (clock.monotonicMs() >= untilMs) return false;
    await pause(clock, LOOK_EVERY_MS);
  }
  return true;
}

/** Reads what waits in the kernel's queue; what an error means is told when it is read the next time. */
function empty(descriptor: number, recordBytes: RecordBytes): void {
  while (typeof readChunk(descriptor, recordBytes) !== "string");
}

const MOST_RECORDS = 64;

function readChunk(descriptor: number, recordBytes: RecordBytes): Uint8Array | string {
  const buffer = new Uint8Array(MOST_RECORDS * recordBytes);
  try {
    const count = readSync(descriptor, buffer);
    return count === 0 ? "it was closed" : buffer.subarray(0, count);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EAGAIN") return "empty";
    return code === "ENODEV" ? "it was unplugged" : errorText(error);
  }
}

/** LED codes end at 15; MSC_PULSELED is the PowerMate's light (drivers/input/misc/powermate.c). */
const LAST_LAMP = 15;
const PULSE_LAMP = 1;

/** `0, type, code, value...`, as the frames of a profile are sent; see `evdevSchema`. */
function lampEvents(report: Uint8Array): readonly InputEvent[] {
  const [, type, code = 0, ...value] = report;
  const isLamp =
    (type === eventTypes.lamp && code <= LAST_LAMP) ||
    (type === eventTypes.miscellaneous && code === PULSE_LAMP);
  if (type === undefined || !isLamp || value.length > 4)
    throw new Error("a frame for an input file is [type, code, value] of a lamp");
  const number = value.reduceRight((sum, byte) => sum * 256 + byte, 0) | 0;
  return [
    { type, code, value: number, atMs: 0 },
    { type: eventTypes.synchronize, code: synchronizeCodes.report, value: 0, atMs: 0 },
  ];
}
