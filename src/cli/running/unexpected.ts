import { inspect } from "node:util";
import { systemClock } from "../../base/clock.ts";
import { createThinning } from "../../base/log.ts";
import { exitCodes } from "../terminal.ts";
import { createConsoleLog } from "./console-log.ts";

const MOST_CALLS = 4;
const LONGEST_TEXT = 500;

/** A bug in one place must not darken every panel: it is reported, and the rest goes on. */
export function surviveUnexpected(): void {
  const log = createConsoleLog(process.argv.includes("--json") ? { json: true } : {});
  const thin = createThinning(systemClock);
  const report = (reason: unknown) => {
    try {
      const { text, calls } = describe(reason);
      const leftOut = thin(calls[0] ?? text);
      // A command that ends by itself after this has failed.
      process.exitCode ??= exitCodes.failed;
      if (leftOut !== undefined) log.error(`unexpected: ${text}`, { calls, leftOut });
    } catch {
      // What cannot be told must not end anything either.
    }
  };
  for (const name of ["unhandledRejection", "uncaughtException"] as const) process.on(name, report);
}

/** Where it came from, nearest first; nothing is known of what was thrown and is no error. */
function describe(reason: unknown): { readonly text: string; readonly calls: readonly string[] } {
  const text = (reason instanceof Error ? String(reason) : inspect(reason)).slice(0, LONGEST_TEXT);
  const stack = reason instanceof Error ? (reason.stack ?? "") : "";
  const calls = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return { text, calls: calls.slice(0, MOST_CALLS).map((line) => line.trim().slice("at ".length)) };
}
