import type { Log } from "../base/log.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import { lockFolder } from "./instance-lock.ts";
import { stateFolder } from "./state-folder.ts";
import { type Deeds, serveStatus, statusAddress } from "./status-socket.ts";
import { countLostOutput } from "./terminal.ts";

export interface PresenceSettings {
  readonly instance: string;
  readonly log: Log;
  readonly deeds: Deeds;
  /** How the bridge is, for whoever asks. */
  status(): object;
}

/**
 * Makes this process the one bridge of its instance, until it ends: two would carry every press out twice and write one
 * journal. Whether it can be asked how it is, is another matter: a bridge works without.
 */
export async function takePlace({
  instance,
  log,
  status,
  deeds,
}: PresenceSettings): Promise<Result<{ close(): void }, { readonly message: string }>> {
  const folder = stateFolder(instance);
  const lock = await lockFolder(folder);
  if (lock.kind === "taken") {
    const message = `a bridge is running already, with its records in ${folder}; use --instance to run a second one`;
    return fail({ message });
  }
  const tell = () => ({ pid: process.pid, lostOutput: countLostOutput(), ...status() });
  const served = await serveStatus(statusAddress(instance), tell, deeds);
  if (served.ok) return served;
  if (served.failure.kind === "running") return served;
  log.warn("the bridge cannot be asked for its status", { why: served.failure.message });
  return succeed({ close: () => undefined });
}
