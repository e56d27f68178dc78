import { vi } from "vitest";
import { createProgram } from "../../src/cli/program.ts";
import { loadVocabulary } from "../support/rig.ts";
import type { Ended } from "./valt-bridge.ts";

class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

let former: Promise<unknown> = Promise.resolve();

/**
 * A command of the program that ends by itself, in this process: starting a process for each costs more than most commands.
 * One after the other. What a process is for (signals, threads, how it ends) is tried with the built one.
 */
export function command(
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const ended = former.then(() => perform(words, environment));
  former = ended.catch(() => undefined);
  return ended;
}

async function perform(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const ownEnvironment = process.env;
  const said = { out: "", err: "" };
  const heard = [
    vi.spyOn(process.stdout, "write").mockImplementation((text) => hear("out", text)),
    vi.spyOn(process.stderr, "write").mockImplementation((text) => hear("err", text)),
    vi.spyOn(process, "exit").mockImplementation((code) => {
      throw new Exit(Number(code ?? 0));
    }),
  ];
  const ending = new AbortController();
  process.env = { ...ownEnvironment, VALT_PASSWORD: "simulator", ...environment };
  process.exitCode = 0;
  function hear(where: "out" | "err", text: string | Uint8Array): boolean {
    said[where] += String(text);
    return true;
  }
  try {
    const none = () => Promise.reject(new Error("no console here"));
    const surroundings = { loadVocabulary, signal: ending.signal, serveSetup: none, serveConsole: none };
    const program = await createProgram(words[0], surroundings);
    await program.parseAsync(words, { from: "user" });
    return { code: Number(process.exitCode), ...said };
  } catch (error) {
    if (error instanceof Exit) return { code: error.code, ...said };
    throw error;
  } finally {
    ending.abort();
    for (const one of heard) one.mockRestore();
    process.env = ownEnvironment;
    process.exitCode = undefined;
  }
}
