import type { Clock, Log } from "../../../src/driver/contract.ts";
import type { ReportSource } from "../find/source.ts";
import type { EvdevRules, Grab } from "./evdev-grammar.ts";
import { recordBytesOf } from "./input-event.ts";
import { openInputFile } from "./input-file.ts";
import { type InputFolders, type InputNode, listInputNodes } from "./input-nodes.ts";
import { type InputKernel, loadInputKernel } from "./kernel.ts";
import { keyCode } from "./key-names.ts";
import { createPolledReadiness, createTimedReadiness, type Readiness } from "./readiness.ts";

interface EvdevSourceSettings {
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
      const nodes = await listInputNodes(folders);
      return nodes.filter((node) => findLack(node, rules) === undefined).map(({ unit }) => unit);
    },
    async leftOut() {
      return (await listInputNodes(folders)).flatMap((node) => {
        const lacks = findLack(node, rules);
        return lacks === undefined ? [] : [{ ...node.unit, lacks }];
      });
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
const KEY_F12 = 88;
const [KEY_F13, KEY_F24] = [183, 194];
const dialCodes = { "horizontal-wheel": 6, dial: 7, wheel: 8 } as const;

/** What the rules need and it does not have. A product that may be programmed to other keys need not have all of them. */
function findLack({ keys, dials }: InputNode, rules: EvdevRules): string | undefined {
  if (rules.keys === "all" && ![...keys].some(isTyped)) return "has no keys to type with";
  const wanted = rules.keys === "all" ? [] : Object.keys(rules.keys);
  if (wanted.length > 0 && !wanted.some((name) => keys.has(keyCode(name) ?? -1)))
    return `has none of the keys ${wanted.join(", ")}`;
  const turned = Object.keys(rules.dials) as (keyof typeof dialCodes)[];
  const missing = turned.find((name) => !dials.has(dialCodes[name]));
  if (missing !== undefined) return `has no ${missing}`;
  if (rules.card !== undefined && !(keys.has(KEY_1) && keys.has(KEY_ENTER))) return "types no digits";
  return undefined;
}

/** Keys of a keyboard or a pedal, and not those of a case, a headset or a screen. */
function isTyped(code: number): boolean {
  return (code >= KEY_1 && code <= KEY_F12) || (code >= KEY_F13 && code <= KEY_F24);
}
