import { createLog, type Log } from "../base/log.ts";
import { show, style, writeLog } from "./terminal.ts";

export interface LogOptions {
  readonly json?: true;
  readonly verbose?: true;
}

/** JSON lines for machines; one short line a fact for people. Logs go to standard error. */
export function createConsoleLog({ json, verbose }: LogOptions): Log {
  const level = verbose === true ? "debug" : "info";
  const isForMachines = json === true || !process.stderr.isTTY;
  return createLog({ level, write: (line) => writeLog(isForMachines ? line : `${show(tellFact(line))}\n`) });
}

function tellFact(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const clock = style("dim", String(time).slice(11, 19), process.stderr);
  const details = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const text = Number(level) >= 40 ? style("yellow", String(msg), process.stderr) : String(msg);
  return `${clock} ${text} ${style("dim", details.join(" "), process.stderr)}`;
}
