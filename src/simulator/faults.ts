import { z } from "zod";
import { withoutTrailing } from "../base/text.ts";
import type { Chance } from "./random.ts";
import { createChance } from "./random.ts";
import { LONGEST_LAG_MS } from "./settings.ts";

const limits = {
  method: z.enum(["GET", "POST", "DELETE"]).optional().describe("only requests of this method"),
  path: z.string().optional().describe("only this path below /api/v3/ and those below it, such as rooms/1"),
  count: z.int().positive().optional().describe("only the next so many requests"),
  probability: z.number().min(0).max(1).optional().describe("strikes by seeded chance; default: always"),
};
const when = z
  .enum(["before-acting", "after-acting"])
  .optional()
  .describe(
    "after-acting: the server has done what was asked, only its answer is lost; default before-acting",
  );
const milliseconds = z.number().min(0).max(3_600_000);

/** One misbehaviour on demand. This is also the body of the control API's `POST /faults`. */
export const faultSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("latency"),
    ms: z.union([milliseconds, z.tuple([milliseconds, milliseconds])]),
    when,
    ...limits,
  }),
  z.strictObject({ kind: z.literal("hang"), when, ...limits }),
  z.strictObject({ kind: z.literal("drop"), when, ...limits }),
  z.strictObject({ kind: z.literal("refuse-token"), ...limits }),
  z.strictObject({
    kind: z.literal("error"),
    status: z.union([z.literal(500), z.literal(502), z.literal(503), z.literal(504)]),
    when,
    ...limits,
  }),
  z.strictObject({
    kind: z.literal("spoil"),
    how: z.enum(["malformed", "truncated", "empty", "html"]),
    ...limits,
  }),
  z.strictObject({ kind: z.literal("status-lag"), lagMs: z.number().min(0).max(LONGEST_LAG_MS) }),
  z.strictObject({ kind: z.literal("down") }),
]);

/** One misbehaviour of the server; the fields are described in the README. */
export type Fault = z.infer<typeof faultSchema>;

/** A fault that strikes single requests. */
export type RequestFault = Exclude<Fault, { kind: "status-lag" | "down" }>;

/** How one request is to be treated. */
export interface Treatment {
  readonly delayBeforeMs: number;
  readonly delayAfterMs: number;
  /** Instead of acting. */
  readonly before: RequestFault | undefined;
  /** Instead of the answer; the server has acted. */
  readonly after: RequestFault | undefined;
}

/** The misbehaviours that are switched on. */
export interface Faults {
  add(fault: RequestFault): void;
  clear(): void;
  active(): readonly RequestFault[];
  /** Undefined: nothing is wrong. Counts down the faults that strike. `path` is below `/api/v3/`. */
  treat(method: string, path: string): Treatment | undefined;
}

/** None at first. The same seed strikes the same requests. */
export function createFaults(seed: number): Faults {
  const chance = createChance(seed + 1);
  let armed: { readonly fault: RequestFault; left: number }[] = [];
  return {
    add: (fault) => {
      armed.push({ fault, left: fault.count ?? Number.POSITIVE_INFINITY });
    },
    clear: () => {
      armed = [];
    },
    active: () => armed.map((entry) => entry.fault),
    treat(method, path) {
      if (armed.length === 0) return undefined;
      const struck = armed.filter((entry) => strikes(entry.fault, { method, path }, chance));
      for (const entry of struck) entry.left -= 1;
      armed = armed.filter((entry) => entry.left > 0);
      return struck.length === 0
        ? undefined
        : combine(
            struck.map((entry) => entry.fault),
            chance,
          );
    },
  };
}

function strikes(
  fault: RequestFault,
  request: { readonly method: string; readonly path: string },
  chance: Chance,
): boolean {
  if (fault.method !== undefined && fault.method !== request.method) return false;
  if (fault.path !== undefined && !covers(fault.path, request.path)) return false;
  return fault.probability === undefined || chance.fraction() < fault.probability;
}

function covers(prefix: string, path: string): boolean {
  const bare = withoutTrailing(prefix.replace(/^\/?(api\/v3\/)?/, ""), "/");
  return bare === "" || path === bare || path.startsWith(`${bare}/`);
}

/** Delays add up; of the other faults the first one wins on either side of the action. */
function combine(faults: readonly RequestFault[], chance: Chance): Treatment {
  let delayBeforeMs = 0;
  let delayAfterMs = 0;
  let before: RequestFault | undefined;
  let after: RequestFault | undefined;
  for (const fault of faults) {
    const late = strikesAfterActing(fault);
    if (fault.kind === "latency") {
      if (late) delayAfterMs += lengthOf(fault.ms, chance);
      else delayBeforeMs += lengthOf(fault.ms, chance);
    } else if (late) after ??= fault;
    else before ??= fault;
  }
  return { delayBeforeMs, delayAfterMs, before, after };
}

function strikesAfterActing(fault: RequestFault): boolean {
  if (fault.kind === "spoil") return true;
  return fault.kind !== "refuse-token" && fault.when === "after-acting";
}

function lengthOf(ms: number | readonly [number, number], chance: Chance): number {
  return typeof ms === "number" ? ms : ms[0] + chance.fraction() * (ms[1] - ms[0]);
}
