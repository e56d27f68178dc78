import { style } from "../terminal.ts";

/** One thing that was looked at. */
export interface Finding {
  readonly state: FindingState;
  /** What was looked at, in a word or two. */
  readonly about: string;
  /** What was found, as a sentence without its full stop. */
  readonly text: string;
  /** What a person can do; empty when nothing is to be done. */
  readonly remedy: string;
}

/** `WARN`: works, and not as well as it could, or not for ever. */
type FindingState = "OK" | "WARN" | "FAIL";

/** All is well with `about`. */
export function fine(about: string, text: string): Finding {
  return { state: "OK", about, text, remedy: "" };
}

/** It works, but not as it should; `remedy` is what a person can do. */
export function warn(about: string, text: string, remedy: string): Finding {
  return { state: "WARN", about, text, remedy };
}

/** It does not work; `remedy` is what a person can do. */
export function failed(about: string, text: string, remedy: string): Finding {
  return { state: "FAIL", about, text, remedy };
}

const COLORS = { OK: "green", WARN: "yellow", FAIL: "red" } as const;

/** One line: state, what it is about, what was found, and after an arrow what to do. */
export function tellFinding({ state, about, text, remedy }: Finding, aboutWidth: number): string {
  const line = `${style(COLORS[state], state.padEnd(4))}  ${about.padEnd(aboutWidth)}  ${oneLine(text)}`;
  return remedy === "" ? line : `${line} -> ${oneLine(remedy)}`;
}

function oneLine(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return lines.filter((line) => line !== "").join("; ");
}
