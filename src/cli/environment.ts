import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Result } from "../base/result.ts";
import type { ConsoleSettings, ConsoleSource } from "../bridge/console-source.ts";
import type { ServedSetup, WantedSetup } from "../bridge/setup-steps.ts";
import type { VocabularyLoader } from "../mapping/mapping.ts";

/** What every command may need from the process. */
export interface Surroundings {
  readonly loadVocabulary: VocabularyLoader;
  /** Aborts on Ctrl-C and on the service manager's stop. */
  readonly signal: AbortSignal;
  /** Loads the web console when one is wanted, and serves it. */
  serveConsole(wanted: WantedConsole): Promise<Result<ServedConsole, { readonly message: string }>>;
  /** The same for the page of the first steps. */
  serveSetup(wanted: WantedSetup): Promise<Result<ServedSetup, { readonly message: string }>>;
}

interface WantedConsole {
  readonly settings: ConsoleSettings;
  readonly source: ConsoleSource;
  readonly clock: Clock;
  readonly log: Log;
}

interface ServedConsole {
  readonly url: string;
  close(): Promise<void>;
}
