import type { Clock, Log } from "../../../src/driver/contract.ts";
import type { ReportSource } from "../source.ts";
import type { EvdevRules, Grab } from "./evdev-grammar.ts";
import { recordBytesOf } from "./input-event.ts";
import { openInputFile } from "./input-file.ts";
import { type InputFolders, type InputNode, listInputNodes } from "./input-nodes.ts";
import { type InputKernel, loadInputKernel } from "./kernel.ts";
import { keyCode } from "./key-names.ts";
import { createPolledReadiness, createTimedReadiness, type Readiness } from "./readiness.ts";

export interface EvdevSourceSettings {
  readonly rules: EvdevRules;
  /** Instead of what the rules say. */
  readonly grab?: Grab | undefined;
  readonly log?: Log | undefined;
  /** Needed for opening. */
  readonly clock?: Clock | undefined;
  /** Where Linux keeps its input files, for tests. */
  readonly folders?: InputFolders;
}

/**
 * Keyboards, pedals, dials and card readers through Linux's input layer. Lists only what has keys and dials of the
 * rules: one product makes several event files, such as one for its keys and one for its volume wheel.
 */
export function createEvdevSource({ rules, grab, log, clock, folders }: EvdevSourceSettings): ReportSource {
  return {
    async list() {
      return (await listInputNodes(folders))
        .filter((node) => hasControls(node, rules))
        .map(({ unit }) => unit);
    },
    async open({ path }) {
      if (clock === undefined) throw new Error("without a clock its files are listed and not opened");
      shared ??= loadShared();
      const { kernel, why, readiness } = await shared;
      return openInputFile(path, {
        kernel,
        why,
        readiness,
        grab: grab ?? rules.grab,
        recordBytes: recordBytesOf(process.arch),
        clock,
        warn: (message) => log?.warn(message),
      });
    },
  };
}

interface Shared {
  readonly kernel: InputKernel | undefined;
  readonly why: string;
  readonly readiness: Readiness;
}

/** All devices wait in the same thread. */
let shared: Promise<Shared> | undefined;

async function loadShared(): Promise<Shared> {
  const kernel = await loadInputKernel();
  return kernel.ok
    ? { kernel: kernel.value, why: "", readiness: createPolledReadiness(kernel.value) }
    : { kernel: undefined, why: kernel.failure, readiness: createTimedReadiness() };
}

const KEY_ENTER = 28;
const KEY_1 = 2;
const dialCodes = { "horizontal-wheel": 6, dial: 7, wheel: 8 } as const;

/** Some of its keys: a product that may be programmed to other keys need not have all of them. */
function hasControls({ keys, dials }: InputNode, rules: EvdevRules): boolean {
  const wantedKeys = rules.keys === "all" ? [KEY_ENTER] : Object.keys(rules.keys).map(keyCode);
  const wantedDials = Object.keys(rules.dials) as (keyof typeof dialCodes)[];
  return (
    (wantedKeys.length === 0 || wantedKeys.some((code) => code !== undefined && keys.has(code))) &&
    wantedDials.every((name) => dials.has(dialCodes[name])) &&
    (rules.card === undefined || (keys.has(KEY_1) && keys.has(KEY_ENTER)))
  );
}
