import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { readWallTime } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import { stateFolder } from "../places/state-folder.ts";
import { complain, endWith, exitCodes } from "../terminal.ts";

/** Whose state a command means. */
export interface StatePlace {
  readonly state?: string;
  readonly instance: string;
}

/** What the Debian package sets up. */
const SERVICE_STATE = "/var/lib/valt-panel-bridge";
const SERVICE_MAPPING = "/etc/valt-bridge/mapping.jsonc";

/** Gives a command the options of a place. */
export function withState(command: Command): Command {
  return command
    .option("--state <folder>", "the state folder (default: this account's, else the service's)")
    .option("--instance <name>", "which bridge, where several run", "default");
}

/** The folder that was named, this account's, or that of the service where this account has none. */
export function findState({ state, instance }: StatePlace): string {
  if (state !== undefined) return resolve(state);
  const own = stateFolder(instance);
  const service = join(SERVICE_STATE, instance);
  return existsSync(own) || !existsSync(service) ? own : service;
}

/** The mapping that was named, else the service's where there is one. */
export function findMapping(named: string | undefined): string | undefined {
  if (named !== undefined) return resolve(named);
  return existsSync(SERVICE_MAPPING) ? SERVICE_MAPPING : undefined;
}

/** Where a mapping is put: where that was named, the service's place on a machine with the package, else here. */
export function placeForMapping(named: string | undefined, file: string): string {
  if (named !== undefined) return resolve(named);
  return existsSync(dirname(SERVICE_MAPPING)) ? SERVICE_MAPPING : resolve(file);
}

/** A moment as a part of a file's name, in local time. */
export function nameMoment(wallMs: number): string {
  const { date, time } = readWallTime(wallMs);
  return `${date}T${time.replaceAll(":", "")}`;
}

/** Whatever keeps the work from being done is told, and the command has failed. */
export async function attempt(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    complain(`${what}: ${errorText(error)}`);
    endWith(exitCodes.failed);
  }
}
