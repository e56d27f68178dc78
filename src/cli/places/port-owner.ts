import { readlinkSync } from "node:fs";
import { join } from "node:path";
import { namesIn, resolved, textIn } from "./quiet-files.ts";

/** A process that has something open. */
export interface Holder {
  readonly pid: number;
  /** As the kernel knows it: at most 15 characters. */
  readonly name: string;
}

/** A port on which somebody listens. */
interface TakenPort {
  /** Empty where the processes of other accounts cannot be looked into. */
  readonly holders: readonly Holder[];
  /** Account number of whoever listens. */
  readonly userId: number;
}

/**
 * Other processes that have this device file open, however it is spelled. Without root only processes of the own account
 * can be looked into, and elsewhere than on Linux none.
 */
export function findHoldersOfFile(path: string, proc = "/proc"): readonly Holder[] {
  const real = resolved(path);
  return findHolders((target) => target === real, proc);
}

/** Undefined when nobody listens there, or nobody can know: elsewhere than on Linux. */
export function findTakenPort(
  wanted: { readonly transport: "udp" | "tcp"; readonly host: string; readonly port: number },
  proc = "/proc",
): TakenPort | undefined {
  const { transport, port } = wanted;
  const tables = [transport, `${transport}6`].flatMap((name) => readTable(join(proc, "net", name)));
  const found = tables.filter(
    (row) =>
      row.port === port &&
      (transport === "udp" || row.state === LISTENING) &&
      collides(wanted.host, row.host),
  );
  const [first] = found;
  if (first === undefined) return undefined;
  const links = new Set(found.map(({ inode }) => `socket:[${inode}]`));
  return { holders: findHolders((target) => links.has(target), proc), userId: first.userId };
}

interface SocketRow {
  /** As the kernel writes it, in hexadecimal. */
  readonly host: string;
  readonly port: number;
  readonly state: string;
  readonly userId: number;
  readonly inode: string;
}

/** State of a TCP socket that listens (Linux, include/net/tcp_states.h). */
const LISTENING = "0A";

/** Columns of /proc/net/tcp and udp: number, local address, remote address, state, queues, timers, retries, account, timeout, inode. */
function readTable(path: string): readonly SocketRow[] {
  const [, ...lines] = textIn(path).split("\n");
  return lines.flatMap((line) => {
    const [, local = "", , state = "", , , , userId = "", , inode = ""] = line.trim().split(/\s+/);
    const [host = "", port = ""] = local.split(":");
    return inode === ""
      ? []
      : [{ host, port: Number.parseInt(port, 16), state, userId: Number(userId), inode }];
  });
}

/** The same address, or one of them is every address of this machine. */
function collides(wanted: string, taken: string): boolean {
  if (/^0+$/.test(taken) || wanted === "0.0.0.0" || wanted === "::") return true;
  const hex = hexOf(wanted);
  return hex === undefined || taken.endsWith(hex);
}

/** IPv4 as the kernel writes it, its bytes backwards; what is no IPv4 address is compared by port alone. */
function hexOf(host: string): string | undefined {
  const parts = host.split(".");
  if (parts.length !== 4 || parts.some((part) => !/^\d+$/.test(part))) return undefined;
  return parts
    .reverse()
    .map((part) => Number(part).toString(16).padStart(2, "0").toUpperCase())
    .join("");
}

function findHolders(isMeant: (target: string) => boolean, proc: string): readonly Holder[] {
  const pids = namesIn(proc).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return pids.filter((pid) => hasOpen(join(proc, pid, "fd"), isMeant)).map((pid) => describe(pid, proc));
}

function hasOpen(folder: string, isMeant: (target: string) => boolean): boolean {
  return namesIn(folder).some((descriptor) => {
    try {
      return isMeant(readlinkSync(join(folder, descriptor)));
    } catch {
      return false;
    }
  });
}

function describe(pid: string, proc: string): Holder {
  const name = textIn(join(proc, pid, "comm")).trim();
  return { pid: Number(pid), name: name === "" ? "a process" : name };
}
