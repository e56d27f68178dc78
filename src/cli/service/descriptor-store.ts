import { randomUUID } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, pause, within } from "../../base/clock.ts";
import { keptSockets } from "../../base/kept-sockets.ts";
import type { Log } from "../../base/log.ts";
import { openManagerSocket, type TellManager } from "./manager-socket.ts";

interface StoreTools {
  readonly clock: Clock;
  readonly log: Log;
  /** Where the service manager says what it has; `process.env` when absent. */
  readonly environment?: NodeJS.ProcessEnv;
}

/** What a restart under the service manager leaves open. */
interface DescriptorStore {
  /** Since when nobody had read what is read now (monotonic); nothing when that has been read. */
  unheardSinceMs(): number | undefined;
  /**
   * From now on nothing is read, and what is closed stays open at the service manager; connections that can be left are.
   * To be called while everything still works. Resolves when it knows, or after a second.
   */
  leave(): Promise<void>;
}

/** The first one that is passed (sd_listen_fds(3)). */
const FIRST_DESCRIPTOR = 3;
/** What nothing has asked for by then is not in the mapping any more. */
const CLAIM_WITHIN_MS = 5000;
/** In so many turns of the event loop all that had come to a socket is read: each takes up to 32 datagrams from the kernel. */
const READ_WITHIN_TURNS = 10;
/** As old as what nobody knows the age of, because the process before was killed: no press of it counts. */
const LONG_AGO_MS = 60_000;
/** A service manager that has no time keeps no panel lit. */
const LEAVE_WITHIN_MS = 1000;
/** A name that carries the moment when the process before read last. */
const LEFT_AT = /^left-at-(\d+)$/;

/**
 * Lets systemd keep the listening sockets while the service is restarted, in its store of descriptors. A stop empties the
 * store. Does nothing without systemd, and says why once where it cannot be told.
 */
export function joinDescriptorStore({ clock, log, environment = process.env }: StoreTools): DescriptorStore {
  const passed = takePassed(environment);
  const { NOTIFY_SOCKET: address } = environment;
  if (address === undefined) return { unheardSinceMs: () => undefined, leave: async () => undefined };
  const manager = new Manager(address, clock, log);
  let unread = 0;
  const readOn = (turns: number) => {
    if (turns === 0) unread -= 1;
    else clock.soon(() => readOn(turns - 1));
  };
  keptSockets.join(
    {
      keep: (name, descriptor) => manager.store(name, descriptor),
      async keepText(name, text) {
        const descriptor = writeText(text);
        const isKept = await manager.store(name, () => descriptor);
        closeSync(descriptor);
        return isKept;
      },
      readText,
      drop: (name) => void manager.remove(name),
      resumed: () => {
        unread += 1;
        readOn(READ_WITHIN_TURNS);
      },
    },
    passed,
  );
  const leftAtMs = readMoment(passed) ?? clock.monotonicMs() - LONG_AGO_MS;
  clock.after(CLAIM_WITHIN_MS, () => {
    for (const [name, descriptor] of keptSockets.takeRest()) {
      closeSync(descriptor);
      void manager.remove(name);
    }
  });
  return {
    unheardSinceMs: () => (unread > 0 ? leftAtMs : undefined),
    async leave() {
      keptSockets.leave();
      const bare = openSync("/dev/null", "r");
      const left = manager.store(`left-at-${Math.floor(clock.monotonicMs())}`, () => bare);
      void left.then(() => closeSync(bare));
      await within(clock, Promise.all([left, keptSockets.handOver()]), LEAVE_WITHIN_MS);
    },
  };
}

/** By name; what this process starts is told of none. */
function takePassed(environment: NodeJS.ProcessEnv): ReadonlyMap<string, number> {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES = "" } = environment;
  for (const name of ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]) delete environment[name];
  if (Number(LISTEN_PID) !== process.pid) return new Map();
  const names = LISTEN_FDNAMES.split(":").slice(0, Number(LISTEN_FDS));
  return new Map(names.map((name, index) => [readName(name), FIRST_DESCRIPTOR + index]));
}

/** Colons stand between the names. */
function readName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A file without a name, for this account only. */
function writeText(text: string): number {
  const path = join(tmpdir(), randomUUID());
  const descriptor = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  writeSync(descriptor, text);
  return descriptor;
}

/** From its beginning: both processes share the place in the file. */
function readText(descriptor: number): string {
  const bytes = Buffer.alloc(fstatSync(descriptor).size);
  readSync(descriptor, bytes, 0, bytes.length, 0);
  closeSync(descriptor);
  return bytes.toString();
}

function readMoment(passed: ReadonlyMap<string, number>): number | undefined {
  const moments = [...passed.keys()].flatMap((name) => LEFT_AT.exec(name)?.[1] ?? []);
  return moments.length === 0 ? undefined : Math.max(...moments.map(Number));
}

/** Tells systemd one thing after the other. */
class Manager {
  readonly #address: string;
  readonly #clock: Clock;
  readonly #log: Log;
  #opening: Promise<TellManager | undefined> | undefined;
  #told: Promise<boolean> = Promise.resolve(true);

  constructor(address: string, clock: Clock, log: Log) {
    this.#address = address;
    this.#clock = clock;
    this.#log = log;
  }

  /** The descriptor is asked for when it is sent: by then it may be closed, and its number another's. */
  store(name: string, descriptor: () => number | undefined): Promise<boolean> {
    return this.#send((tell) => {
      const number = descriptor();
      return number === undefined ? CLOSED : tell(`FDSTORE=1\nFDNAME=${encodeURIComponent(name)}`, number);
    });
  }

  remove(name: string): Promise<boolean> {
    return this.#send((tell) => tell(`FDSTOREREMOVE=1\nFDNAME=${encodeURIComponent(name)}`, undefined));
  }

  /** Resolves with whether it was told. */
  #send(send: (tell: TellManager) => string | undefined): Promise<boolean> {
    this.#told = this.#told.then(async () => {
      this.#opening ??= this.#open();
      const tell = await this.#opening;
      if (tell === undefined) return false;
      let why = send(tell);
      for (let tries = 0; why === "EAGAIN" && tries < BUSY_TRIES; tries += 1) {
        await pause(this.#clock, BUSY_MS);
        why = send(tell);
      }
      if (why !== undefined && why !== CLOSED) this.#log.warn(CLOSES, { why });
      return why === undefined;
    });
    return this.#told;
  }

  async #open(): Promise<TellManager | undefined> {
    const opened = await openManagerSocket(this.#address);
    if (opened.ok) return opened.value;
    this.#log.warn(CLOSES, { why: opened.failure });
    return undefined;
  }
}

const CLOSED = "it is closed";
const CLOSES = "a restart of the service will close a listener";
const BUSY_TRIES = 20;
const BUSY_MS = 50;
