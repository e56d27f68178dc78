import { fstatSync } from "node:fs";
import { createLog, type Log } from "../../base/log.ts";
import { show, style, writeLog } from "../terminal.ts";
import type { LogTail } from "./log-tail.ts";

/** The options of a command that say how it logs. */
export interface LogOptions {
  readonly json?: true;
  readonly verbose?: true;
}

/**
 * One short line a fact for people, and for the system's journal with its level in front (sd-daemon); JSON lines for other
 * machines. Logs go to standard error.
 */
export function createConsoleLog({ json, verbose }: LogOptions, tail?: LogTail): Log {
  const level = verbose === true ? "debug" : "info";
  const tell =
    json === true ? undefined : process.stderr.isTTY ? tellFact : isJournal() ? tellJournal : undefined;
  return createLog({
    level,
    write: (line) => {
      tail?.take(line);
      writeLog(tell === undefined ? line : `${show(tell(line))}\n`);
    },
  });
}

/** systemd names the journal's stream by device and inode where standard error leads to it. */
function isJournal(): boolean {
  const { JOURNAL_STREAM: stream } = process.env;
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(2);
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

function tellFact(line: string): string {
  const { time, level, msg, details } = readFact(line);
  const clock = style("dim", time.slice(11, 19), process.stderr);
  const text = level >= WARN ? style("yellow", msg, process.stderr) : msg;
  return `${clock} ${text} ${style("dim", details, process.stderr)}`;
}

const WARN = 40;
/** pino's levels from the gravest down, and those of syslog for them. */
const JOURNAL_LEVELS = [
  [50, 3],
  [WARN, 4],
  [30, 6],
  [0, 7],
] as const;

/** The journal keeps the time itself. */
function tellJournal(line: string): string {
  const { level, msg, details } = readFact(line);
  const [, syslog] = JOURNAL_LEVELS.find(([from]) => level >= from) ?? JOURNAL_LEVELS[3];
  return `<${syslog}>${msg} ${details}`.trimEnd();
}

function readFact(line: string) {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
  const details = Object.entries(fields).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return { time: String(time), level: Number(level), msg: String(msg), details: details.join(" ") };
}
