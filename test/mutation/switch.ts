import { appendFileSync } from "node:fs";

/** Which mutant is on, and who hears which ones are come to; one for each thread. */
export interface MutantSwitch {
  /** 0 is none. */
  active: number;
  /** Hears every time that the place of a mutant is come to. */
  seen: ((id: number) => void) | undefined;
}

/** How often a thread tells of the same mutant at most. */
const AGAIN_AFTER_MS = 30;
/** Before the tests put another clock in its place. */
const nowMs = performance.now.bind(performance);

declare global {
  var valtMutantSwitch: MutantSwitch | undefined;
}

/** The one of this thread, however often this file is loaded. */
export const mutantSwitch: MutantSwitch = globalThis.valtMutantSwitch ?? readEnvironment();
globalThis.valtMutantSwitch = mutantSwitch;

/** Whether this mutant is on. Instrumented files ask it at each place. */
export function broken(id: number): boolean {
  mutantSwitch.seen?.(id);
  return id === mutantSwitch.active;
}

/** For this thread, and for all threads and processes that it starts from now on. */
export function switchTo(id: number, seenFile = ""): void {
  mutantSwitch.active = id;
  process.env.MUTANT = String(id);
  process.env.MUTANTS_SEEN = seenFile;
}

/** A thread or a process that runs the built program is told by its environment, and tells by a file. */
function readEnvironment(): MutantSwitch {
  const { MUTANT = "0", MUTANTS_SEEN = "" } = process.env;
  return { active: Number(MUTANT), seen: MUTANTS_SEEN === "" ? undefined : tellFile(MUTANTS_SEEN) };
}

function tellFile(file: string): (id: number) => void {
  const toldMs = new Map<number, number>();
  return (id) => {
    const lastMs = toldMs.get(id);
    if (lastMs !== undefined && nowMs() - lastMs < AGAIN_AFTER_MS) return;
    toldMs.set(id, nowMs());
    appendFileSync(file, `${id}\n`);
  };
}
