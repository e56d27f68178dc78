import type { MappingWorld } from "../mapping/mapping.ts";

/** What every command may need from the process. */
export interface Surroundings {
  readonly world: MappingWorld;
  /** Aborts on Ctrl-C and on the service manager's stop. */
  readonly signal: AbortSignal;
}
