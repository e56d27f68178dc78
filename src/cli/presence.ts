import type { Log } from "../base/log.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { Bridge } from "../bridge.ts";
import { concealStatus } from "../concealed.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { lockFolder } from "./instance-lock.ts";
import { openRecords, type Records } from "./records.ts";
import { stateFolder } from "./state-folder.ts";
import { serveStatus, statusAddress } from "./status-socket.ts";
import { countLostOutput } from "./terminal.ts";

export interface PresenceSettings {
  readonly instance: string;
  readonly mapping: Mapping;
  readonly log: Log;
  /** Whoever asks how it is, asks this one. */
  bridge(): Bridge;
}

/** What one bridge to an instance has: its records, and an address at which it is asked how it is. */
export interface Presence {
  readonly records: Records;
  close(): Promise<void>;
}

/**
 * Makes this process the one bridge of its instance, until it ends: two would carry every press out twice and write one
 * journal. Whether it can be asked how it is, is another matter: a bridge works without.
 */
export async function takePlace({
  instance,
  mapping,
  log,
  bridge,
}: PresenceSettings): Promise<Result<Presence, { readonly message: string }>> {
  const folder = stateFolder(instance);
  const lock = await lockFolder(folder);
  if (lock.kind === "taken") {
    const message = `a bridge is running already, with its records in ${folder}; use --instance to run a second one`;
    return fail({ message });
  }
  if (lock.kind === "unknown")
    log.warn("nothing keeps a second bridge from these records", { folder, why: lock.why });
  const tell = () => ({
    pid: process.pid,
    lostOutput: countLostOutput(),
    ...concealStatus(bridge().status(), records.hide),
    records: records.status(),
  });
  const deeds = { settleMark: (id: string, by: string) => bridge().settleMark(id, by) };
  const served = await serveStatus(statusAddress(instance), tell, deeds);
  if (!served.ok && served.failure.kind === "running") return served;
  if (!served.ok) log.warn("the bridge cannot be asked for its status", { why: served.failure.message });
  const records = openRecords(instance, mapping, log);
  const close = async () => {
    await records.close();
    if (served.ok) served.value.close();
    if (lock.kind === "held") lock.release();
  };
  return succeed({ records, close });
}
