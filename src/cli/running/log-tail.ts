import type { LogLine } from "../../bridge/console-source.ts";

const MOST_LINES = 300;
const LONGEST_TEXT = 600;
const WORDS = [
  [50, "error"],
  [40, "warning"],
  [30, "info"],
  [0, "debug"],
] as const;

/** The last lines of the log, for the console. */
export class LogTail {
  #lines: readonly LogLine[] = [];
  #count = 0;

  /** As the log writes them, secrets overwritten. */
  take(line: string): void {
    const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>;
    const [, word] = WORDS.find(([from]) => Number(level) >= from) ?? WORDS[3];
    const details = Object.entries(fields).map(
      ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    );
    this.#count += 1;
    const text = [String(msg), ...details].join(" ").slice(0, LONGEST_TEXT);
    const fresh = { number: this.#count, wallMs: Date.parse(String(time)), level: word, text };
    this.#lines = [...this.#lines.slice(1 - MOST_LINES), fresh];
  }

  /** Oldest first; numbers count from the start. */
  lines(): readonly LogLine[] {
    return this.#lines;
  }
}
