import type { Socket as DatagramSocket } from "node:dgram";
import type { Server } from "node:net";

/** Who has copies of listening sockets while no process of this program runs: the service manager. */
interface SocketKeeper {
  /** From now on it has a copy of this descriptor, if that is still open. */
  keep(name: string, descriptor: () => number | undefined): void;
  /** Closes its copy, so that nobody waits at an address where nobody listens any more. */
  drop(name: string): void;
  /** What waits in a socket of the process before is read from now on. */
  resumed(): void;
}

/**
 * The sockets at which this process listens, by names that a later process of the same mapping uses again. Where somebody
 * keeps copies of them, a restart closes no address: who connects meanwhile waits, and so does what is sent.
 */
class KeptSockets {
  #keeper: SocketKeeper | undefined;
  readonly #inherited = new Map<string, number>();
  #isLeaving = false;

  /** Before anything listens: who keeps the copies, and the descriptors that it had of the process before. */
  join(keeper: SocketKeeper, inherited: ReadonlyMap<string, number>): void {
    this.#keeper = keeper;
    for (const [name, descriptor] of inherited) this.#inherited.set(name, descriptor);
  }

  /** The descriptor of the process before; once only. */
  take(name: string): number | undefined {
    const descriptor = this.#inherited.get(name);
    this.#inherited.delete(name);
    return descriptor;
  }

  /** What waits in a socket of the process before is read from now on. */
  resume(): void {
    this.#keeper?.resumed();
  }

  /** It listens: a copy is kept until it is closed, and beyond where the whole process ends. */
  keep(name: string, socket: Server | DatagramSocket): void {
    if (this.#keeper === undefined) return;
    this.#keeper.keep(name, () => descriptorOf(socket));
    socket.once("close", () => {
      if (!this.#isLeaving) this.#keeper?.drop(name);
    });
  }

  /** What nothing has asked for until now. */
  takeRest(): ReadonlyMap<string, number> {
    const rest = new Map(this.#inherited);
    this.#inherited.clear();
    return rest;
  }

  /** The process ends: what is closed from now on is closed here only. */
  leave(): void {
    this.#isLeaving = true;
  }
}

/** Those of this process. Descriptors are the process's, whichever part of the program opened them. */
export const keptSockets = new KeptSockets();

/** Node tells nobody the number; where its inner parts look otherwise, and on Windows, there is none. */
export function descriptorOf(socket: Server | DatagramSocket): number | undefined {
  const parts = socket as unknown as Record<PropertyKey, unknown>;
  const state = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === "state symbol",
  );
  const holder = state === undefined ? { handle: parts._handle } : parts[state];
  const { fd } = (holder as { readonly handle?: { readonly fd?: unknown } | null }).handle ?? {};
  return typeof fd === "number" && fd >= 0 ? fd : undefined;
}
