import { randomUUID } from "node:crypto";
import { type FileHandle, link, mkdir, open, readdir, unlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { dirname, join } from "node:path";
import { systemClock, within } from "../../base/clock.ts";
import { errorText } from "../../base/error-text.ts";
import { isListenedTo, listenAlone } from "./listening.ts";

/** `taken`: a process that lives has it. `unknown`: it cannot be said, and why. */
type Lock =
  | { readonly kind: "held"; release(): void }
  | { readonly kind: "taken" }
  | { readonly kind: "unknown"; readonly why: string };

/** In the state folder, for its owner alone. */
const NAME = "lock";
const DISK_WITHIN_MS = 1000;
const MOST_ATTEMPTS = 100;

/**
 * Makes this process the only one that works on the state folder: it listens on a local socket in a folder that nobody
 * else can write to. The kernel keeps that while the process is stopped or hangs, and ends it with the process, however
 * that ends. Each holder takes the number after the highest that is there, by `link`, which gives a name to one process
 * only. The highest number is never removed, so that a slow process cannot take one that somebody has had before it.
 */
export async function lockFolder(folder: string): Promise<Lock> {
  if (process.platform === "win32") return { kind: "unknown", why: "this system has no local sockets" };
  try {
    const place = await within(systemClock, prepare(join(folder, NAME)), DISK_WITHIN_MS);
    if (place === "too-late") return { kind: "unknown", why: "the disk does not answer" };
    const lock = await claim(place);
    if (lock.kind !== "held") await place.handle.close();
    return lock;
  } catch (error) {
    return { kind: "unknown", why: errorText(error) };
  }
}

/** Whether a process that lives works on the state folder; for accounts that look on, such as root. */
export async function isFolderHeld(folder: string): Promise<boolean> {
  const path = join(folder, NAME);
  const handle = await open(path, "r").catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const place = placeOf(path, handle);
    return await isAnyHeld(place, await numbersIn(place));
  } finally {
    await handle.close();
  }
}

interface Place {
  /** Stays open, for paths that go by it. */
  readonly handle: FileHandle;
  readonly folder: string;
  /** The same, short enough for the address of a socket. */
  readonly base: string;
}

async function prepare(folder: string): Promise<Place> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  const handle = await open(folder, "r");
  const { uid, mode } = await handle.stat();
  if (uid !== process.geteuid?.()) throw new Error(`${folder} belongs to another account`);
  if ((mode & 0o077) !== 0) await handle.chmod(0o700);
  if (first !== undefined) await keepNames(folder, first);
  return placeOf(folder, handle);
}

function placeOf(folder: string, handle: FileHandle): Place {
  const base = folder.length <= LONGEST_BASE ? folder : `/proc/self/fd/${handle.fd}`;
  return { handle, folder, base };
}

/** What is made here must survive the power like the files in it. */
async function keepNames(folder: string, first: string): Promise<void> {
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    const parent = await open(dirname(made), "r");
    await parent.sync().catch(() => undefined);
    await parent.close();
  }
}

/** The address of a socket has 107 bytes at most, and here names of up to 37 in it (unix(7)). */
const LONGEST_BASE = 60;

async function claim(place: Place): Promise<Lock> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const there = await numbersIn(place);
    if (await isAnyHeld(place, there)) return { kind: "taken" };
    const own = Math.max(0, ...there) + 1;
    const server = await occupy(place, own);
    if (server === undefined) continue;
    const now = await numbersIn(place);
    if (now.every((number) => number <= own)) {
      await tidy(place, own);
      return { kind: "held", release: () => release(server, place) };
    }
    server.close();
  }
  return { kind: "unknown", why: `too many processes want ${place.folder}` };
}

function release(server: Server, { handle }: Place): void {
  server.close();
  void handle.close();
}

async function numbersIn({ folder }: Place): Promise<readonly number[]> {
  const names = await readdir(folder);
  return names.filter((name) => /^\d{1,15}$/.test(name)).map(Number);
}

async function isAnyHeld({ base }: Place, numbers: readonly number[]): Promise<boolean> {
  const held = await Promise.all(numbers.map((number) => isListenedTo(join(base, String(number)))));
  return held.includes(true);
}

/** Nothing when another process was faster. Whoever finds the name finds somebody who listens there. */
async function occupy({ base }: Place, number: number): Promise<Server | undefined> {
  const draft = join(base, randomUUID());
  const server = createServer((visitor) => visitor.destroy()).unref();
  await new Promise<void>((resolve, reject) => {
    server.on("error", reject);
    listenAlone(server, draft, resolve);
  });
  try {
    await link(draft, join(base, String(number)));
    return server;
  } catch (error) {
    server.close();
    if (error instanceof Error && "code" in error && TAKEN.includes(String(error.code))) return undefined;
    throw error;
  } finally {
    await unlink(draft).catch(() => undefined);
  }
}

/** Also when somebody tidied up before. */
const TAKEN = ["EEXIST", "ENOENT"];

/** Names of processes that are gone. */
async function tidy({ folder }: Place, own: number): Promise<void> {
  const names = await readdir(folder);
  await Promise.all(
    names
      .filter((name) => name !== String(own))
      .map((name) => unlink(join(folder, name)).catch(() => undefined)),
  );
}
