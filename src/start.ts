import { setMaxListeners } from "node:events";
import { isMainThread } from "node:worker_threads";
import { deviceKinds } from "../devices/index.ts";
import { createVocabularyLoader } from "./bridge/mapping-vocabulary.ts";
import type { Surroundings } from "./cli/environment.ts";
import { createProgram } from "./cli/program.ts";
import { leave, stopOnSignals } from "./cli/running/ending.ts";
import { surviveUnexpected } from "./cli/running/unexpected.ts";
import { surviveLostOutput } from "./cli/terminal.ts";

const loadVocabulary = createVocabularyLoader(deviceKinds);
if (isMainThread) await runCommand();
else (await import("./cli/editing/examine.ts")).examineMappings(loadVocabulary);

async function runCommand(): Promise<void> {
  surviveLostOutput();
  surviveUnexpected();
  const signal = stopOnSignals();
  // Every device listens to it.
  setMaxListeners(0, signal);
  const surroundings: Surroundings = {
    loadVocabulary,
    signal,
    serveSetup: async (wanted) => (await import("./web/setup.ts")).serveSetup(wanted),
    serveConsole: async (wanted) => (await import("./web/console.ts")).serveConsole(wanted),
  };
  const program = await createProgram(process.argv[2], surroundings);
  await program.parseAsync();
  if (signal.aborted) await leave();
}
