import { resolve } from "node:path";
import type { Command } from "commander";
import { errorText } from "../../base/error-text.ts";
import { stateFolder } from "../places/state-folder.ts";
import { complain, endWith, exitCodes } from "../terminal.ts";

/** Which journal a command reads. */
export interface Place {
  readonly folder?: string;
  readonly instance: string;
}

/** Gives a command the options of a place. */
export function placed(command: Command): Command {
  return command
    .option("--folder <path>", "the journal's folder (default: where the bridge keeps its state)")
    .option("--instance <name>", "which bridge, where several run", "default");
}

/** The folder that was named, or the state folder of the instance. */
export function folderOf({ folder, instance }: Place): string {
  return folder === undefined ? stateFolder(instance) : resolve(folder);
}

/** Whatever keeps a file from being read is told, and the command has failed. */
export function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    complain(`the journal cannot be read: ${errorText(error)}`);
    endWith(exitCodes.failed);
  }
}
