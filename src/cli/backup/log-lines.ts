import { execFile } from "node:child_process";
import { unitName } from "../service/unit.ts";

/** More are seldom read, and would make the file too long to be mailed. */
const MOST_LINES = 5000;
const WITHIN_MS = 20_000;
const MOST_BYTES = 32 * 1_048_576;

/** The last lines of the service's log. Throws a sentence where there are none. */
export function readLog(instance: string): Promise<readonly string[]> {
  const words = ["--no-pager", "--quiet", "--output=short-iso", `--lines=${MOST_LINES}`];
  const unit = `--unit=${unitName({ instance })}`;
  const limits = { timeout: WITHIN_MS, maxBuffer: MOST_BYTES };
  return new Promise((resolve, reject) => {
    execFile("journalctl", [...words, unit], limits, (error, out) => {
      const lines = out.split("\n").filter((line) => line !== "");
      if (lines.length > 0) return resolve(lines.slice(-MOST_LINES));
      const why = error === null ? "has no line of the service for this account" : "cannot be read here";
      reject(new Error(`the system's journal ${why}`));
    });
  });
}
