import type { ServerName } from "../base/identifiers.ts";
import { type Sayable, sayInEnglish } from "../language/told.ts";

/** One thing that must be right before people may trust the panels. */
export interface Check {
  readonly name: CheckName;
  /** Where the mapping has several: which one was asked. */
  readonly server?: ServerName;
  /** `warning`: works now, and will not for ever or for all. */
  readonly state: "fine" | "warning" | "failed" | "not-known";
  /** What was found, as an English sentence, for logs and the command line. */
  readonly text: string;
  /** The same for people who look at the console. */
  readonly said: Sayable;
  /** What the server or this machine told of it, where the sentence for people leaves that out. */
  readonly why?: string;
  /** The same in few words, for a key; of what failed. */
  readonly brief?: string;
  /** What a person can do; empty when nothing is to be done. */
  readonly remedy: string;
}

/** What a check found; `text` where logs say it otherwise than people read it. */
export function found(
  name: CheckName,
  state: Check["state"],
  { said, remedy = "", ...more }: Pick<Check, "said"> & Partial<Check>,
): Check {
  return { name, state, text: sayInEnglish(said), said, remedy, ...more };
}

export type CheckName = "login" | "rooms" | "rights" | "clock" | "certificate" | "encryption" | "freshness";

/** Whether everything that presses need was found in order. */
export interface Readiness {
  readonly state: "checking" | "ready" | "not-ready";
  /** The first failure; empty when there is none. */
  readonly reason: string;
  /** The same in few words, for a key; absent where the reason is short. */
  readonly brief?: string | undefined;
  readonly checks: readonly Check[];
  /** Wall time of the last round; absent before the first. */
  readonly checkedWallMs: number | undefined;
}

export const unchecked: Readiness = { state: "checking", reason: "", checks: [], checkedWallMs: undefined };

export function sumUp(checks: readonly Check[], checkedWallMs: number): Readiness {
  const failed = checks.find(({ state }) => state === "failed");
  return {
    state: failed === undefined ? "ready" : "not-ready",
    reason: failed?.text ?? "",
    brief: failed?.brief,
    checks,
    checkedWallMs,
  };
}
