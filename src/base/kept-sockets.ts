import type { Socket as DatagramSocket } from "node:dgram";
import { closeSync } from "node:fs";
import type { Server, Socket } from "node:net";

/** Who has copies of sockets while no process of this program runs: the service manager. */
interface SocketKeeper {
  /** From now on it has a copy of this descriptor, if that is still open. Resolves with whether it was told so. */
  keep(name: string, descriptor: () => number | undefined): Promise<boolean>;
  /** The same for a text. */
  keepText(name: string, text: string): Promise<boolean>;
  /** The text behind a descriptor of the process before, which is closed. */
  readText(descriptor: number): string;
  /** Closes its copy, so that nobody waits at an address where nobody listens any more. */
  drop(name: string): void;
  /** What waits in a socket of the process before is read from now on. */
  resumed(): void;
}

/** A connection that may outlive the process. */
interface LeavingConnection {
  /** Of the listener that let it in; see `keep`. */
  readonly listener: string;
  /** Of all its connections. */
  readonly peer: string;
  readonly socket: Socket;
  /** Reads no further. Resolves with all that the next process has to know, or with nothing where the connection must end here. */
  standing(): Promise<string | undefined>;
  /** The next process has it: here it ends without a word to the peer. */
  left(): void;
}

/** A connection of the process before, with what that left of it. */
interface LeftConnection {
  readonly descriptor: number;
  readonly standing: string;
}

/**
 * The sockets at which this process listens, by names that a later process of the same mapping uses again. Where somebody
 * keeps copies of them, a restart closes no address: who connects meanwhile waits, and so does what is sent.
 */
class KeptSockets {
  #keeper: SocketKeeper | undefined;
  readonly #inherited = new Map<string, number>();
  readonly #connections = new Set<LeavingConnection>();
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
    void this.#keeper.keep(name, () => descriptorOf(socket));
    socket.once("close", () => {
      if (!this.#isLeaving) this.#keeper?.drop(name);
    });
  }

  /** It is left to the next process by `handOver`, until the returned function is called. */
  follow(connection: LeavingConnection): () => void {
    this.#connections.add(connection);
    return () => this.#connections.delete(connection);
  }

  /** Leaves the connections that can be left. To be called while everything still works. */
  async handOver(): Promise<void> {
    const keeper = this.#keeper;
    if (keeper === undefined) return;
    await Promise.all([...this.#connections].map((one) => handOverOne(one, keeper)));
  }

  /** The connections of a listener that the process before has left; once only. */
  takeConnections(listener: string): readonly LeftConnection[] {
    const names = [...this.#inherited.keys()].filter((name) => name.startsWith(connectionName(listener, "")));
    return names.flatMap((name) => {
      const [descriptor, text] = [this.take(name), this.take(standingName(name))];
      // A copy at the service manager would keep the connection open whatever happens here.
      for (const one of [name, standingName(name)]) this.#keeper?.drop(one);
      if (descriptor === undefined) return [];
      if (text !== undefined) return [{ descriptor, standing: this.#keeper?.readText(text) ?? "" }];
      closeSync(descriptor);
      return [];
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

async function handOverOne(one: LeavingConnection, keeper: SocketKeeper): Promise<void> {
  const standing = await one.standing();
  if (standing === undefined) return;
  const name = connectionName(one.listener, one.peer);
  const isKept =
    (await keeper.keepText(standingName(name), standing)) &&
    (await keeper.keep(name, () => descriptorOf(one.socket)));
  if (isKept) one.left();
  else keeper.drop(standingName(name));
}

function connectionName(listener: string, peer: string): string {
  return `${listener} from ${peer}`;
}

function standingName(connection: string): string {
  return `standing of ${connection}`;
}

/** Node reads on while a socket is paused, up to its limit: what comes from now on stays in the kernel. */
export function readNoFurther(socket: Socket): void {
  const { _handle: handle } = socket as unknown as { readonly _handle?: { readStop?(): unknown } | null };
  handle?.readStop?.();
}

/** Those of this process. Descriptors are the process's, whichever part of the program opened them. */
export const keptSockets = new KeptSockets();

/** Node tells nobody the number; where its inner parts look otherwise, and on Windows, there is none. */
export function descriptorOf(socket: Server | Socket | DatagramSocket): number | undefined {
  const parts = socket as unknown as Record<PropertyKey, unknown>;
  const state = Object.getOwnPropertySymbols(socket).find(
    ({ description }) => description === "state symbol",
  );
  const holder = state === undefined ? { handle: parts._handle } : parts[state];
  const { fd } = (holder as { readonly handle?: { readonly fd?: unknown } | null }).handle ?? {};
  return typeof fd === "number" && fd >= 0 ? fd : undefined;
}
