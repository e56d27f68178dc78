import type { StartedRecordings } from "../../alarm/started.ts";
import { openStartedFile } from "../../alarm/started-file.ts";
import { systemClock, within } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { fail, type Result, succeed } from "../../base/result.ts";
import { concealStatus } from "../../bridge/concealed.ts";
import type { MappingView } from "../../bridge/console-source.ts";
import { Kiosks } from "../../bridge/kiosks.ts";
import { openRoomsFile, type RememberedRooms } from "../../bridge/rooms-file.ts";
import type { Mapping } from "../../mapping/mapping.ts";
import { tellProblem } from "../../mapping/problem.ts";
import { lockFolder } from "../places/instance-lock.ts";
import { stateFolder } from "../places/state-folder.ts";
import { findNewerState } from "../places/state-formats.ts";
import { serveStatus, statusAddress } from "../places/status-socket.ts";
import { countLostOutput, exitCodes } from "../terminal.ts";
import { bridgeRequests } from "./bridge-requests.ts";
import { openRecords, type Records } from "./records.ts";
import type { RunningBridge } from "./start-bridge.ts";

interface PresenceSettings {
  readonly instance: string;
  readonly mapping: Mapping;
  readonly log: Log;
  /** Whoever asks how it is, asks this one. */
  running(): RunningBridge;
  /** Where tablets reach the console, as soon as it is open. */
  consoleUrl(): string | undefined;
  /** Resolves when the bridge is there: who asks before is answered then. */
  readonly begun?: Promise<unknown>;
}

/** What one bridge to an instance has: its records, and an address at which it is asked how it is. */
interface Presence {
  readonly records: Records;
  readonly started: StartedRecordings;
  readonly kiosks: Kiosks;
  readonly rooms: RememberedRooms;
  close(): Promise<void>;
}

/** Why there is no bridge, and the code with which the process ends: one that restarts it only where that may help. */
interface NoPlace {
  readonly message: string;
  readonly code: number;
}

/** A disk that hangs holds up no bridge: whoever opens the files finds a newer one too. */
const LOOK_WITHIN_MS = 500;

/**
 * Makes this process the one bridge of its instance, until it ends: two would carry every press out twice and write one
 * journal. Whether it can be asked how it is, is another matter: a bridge works without.
 */
export async function takePlace({
  instance,
  mapping,
  log,
  running,
  consoleUrl,
  begun,
}: PresenceSettings): Promise<Result<Presence, NoPlace>> {
  const folder = stateFolder(instance);
  const newer = await within(systemClock, findNewerState(folder), LOOK_WITHIN_MS);
  if (newer !== undefined && newer !== "too-late") return fail({ message: newer, code: exitCodes.usage });
  const lock = await lockFolder(folder);
  if (lock.kind === "taken") {
    const message = `a bridge is running already, with its records in ${folder}; use --instance to run a second one`;
    return fail({ message, code: exitCodes.failed });
  }
  if (lock.kind === "unknown")
    log.warn("nothing keeps a second bridge from these records", { folder, why: lock.why });
  const started = await openStartedFile({ folder, log });
  const tell = async () => {
    await begun;
    return tellNow();
  };
  const tellNow = () => ({
    pid: process.pid,
    lostOutput: countLostOutput(),
    ...concealStatus(running().bridge.status(), records.hide),
    edited: tellEdit(running().mapping(), records.hide),
    records: records.status(),
  });
  const kiosks = await Kiosks.open({ folder, log });
  const rooms = await openRoomsFile({ folder, log });
  const requests = bridgeRequests({ running, kiosks, consoleUrl });
  const served = await serveStatus(statusAddress(instance), tell, requests);
  if (!served.ok && served.failure.kind === "running")
    return fail({ message: served.failure.message, code: exitCodes.failed });
  if (!served.ok) log.warn("the bridge cannot be asked for its status", { why: served.failure.message });
  const records = openRecords(instance, mapping, log);
  const close = async () => {
    await records.close();
    if (served.ok) served.value.close();
    if (lock.kind === "held") lock.release();
  };
  return succeed({ records, started, kiosks, rooms, close });
}

/** What keeps an edit of the mapping from being taken over; absent when the bridge runs on the file as it is. */
function tellEdit(
  { file, isActive, trial, problems }: MappingView,
  hide: (text: string) => string,
): string | undefined {
  if (isActive || trial !== undefined) return undefined;
  const errors = problems.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return file;
  return hide(`${tellProblem(file, first)}${errors.length > 1 ? `, and ${errors.length - 1} more` : ""}`);
}
