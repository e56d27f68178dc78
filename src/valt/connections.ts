import type { Socket } from "node:net";
import type { Client, Dispatcher } from "undici";
import type { Clock } from "../base/clock.ts";
import { HeadMender } from "./head-mender.ts";
import type { OpenConnection } from "./tls.ts";
import * as undici from "./undici.ts";

/** One request, as the connections see it. */
export interface WireRequest extends Dispatcher.DispatchHandler {
  readonly options: Dispatcher.DispatchOptions;
  /** The one that is its own from the moment it gets it until it gives it back. */
  connection: Connection | undefined;
  /** The connections were closed before it got one. */
  refuse(): void;
}

/** Where connections lead, and how one is opened. */
export interface ConnectionSettings {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly connect: OpenConnection;
  /** At most so many at once. */
  readonly connections: number;
}

/** `free`: a request can be written now. `crowded`: requests wait for the others to end. */
export type ConnectionState = "unconnected" | "free" | "crowded";

const MOST_HEADER_BYTES = 131_072;

/** A place for one connection after the other; each carries one request at a time. */
export class Connection {
  readonly #client: Client;
  readonly #changed: () => void;
  readonly #mender = new HeadMender();
  #socket: Socket | undefined;
  #isOpen = false;
  #answers = 0;

  /** `changed`: it was opened, or came to its end. */
  constructor({ origin, connect }: ConnectionSettings, changed: () => void) {
    this.#changed = changed;
    this.#client = new undici.Client(origin, {
      connect: (options, callback) => {
        this.#answers = 0;
        this.#socket = connect(options, (...outcome) => {
          if (outcome[1]) this.#socket = this.#mended(outcome[1]);
          callback(...outcome);
        });
      },
      pipelining: 1,
      // Sign-on in front of a server sets more cookies than Node's 16 KiB hold.
      maxHeaderSize: MOST_HEADER_BYTES,
      // A press must find a warm connection. A server that announces less is obeyed.
      keepAliveTimeout: 60_000,
      // Requests have exact deadlines of their own; undici's timers are not.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#client.on("connect", () => {
      this.#isOpen = true;
      changed();
    });
    this.#client.on("disconnect", () => {
      this.#isOpen = false;
      changed();
    });
  }

  isOpen(): boolean {
    return this.#isOpen && this.#socket?.destroyed === false;
  }

  /** It has brought an answer before, so that the server may be closing it for having been idle. */
  isReused(): boolean {
    return this.#answers > 0;
  }

  noteAnswer(): void {
    this.#answers += 1;
  }

  carry(request: WireRequest): void {
    this.#mender.expectHead();
    this.#client.dispatch(request.options, request);
  }

  /** Takes back what was written and not yet acknowledged. The next request opens a new one. */
  reset(): void {
    if (this.isOpen()) this.#changed();
    this.#socket?.destroy();
  }

  /** undici reads a socket by this one method. */
  #mended(socket: Socket): Socket {
    const read = socket.read.bind(socket);
    socket.read = (size) => {
      const chunk = read(size);
      return chunk === null ? null : this.#mender.take(chunk);
    };
    return socket;
  }

  async close(): Promise<void> {
    const closing = this.#client.destroy();
    this.reset();
    await closing;
  }
}

/** The connections to one server. Those that wait for one get it in the order in which they came. */
export class Connections {
  readonly #settings: ConnectionSettings;
  readonly #clock: Clock;
  readonly #all: Connection[] = [];
  /** The one that was used last at the end. */
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<WireRequest>();
  #changedMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(settings: ConnectionSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** The connection that carries the request now; without one, it is carried later or refused. */
  lend(request: WireRequest): Connection | undefined {
    const connection = this.#isClosed || this.#waiting.size > 0 ? undefined : this.#take();
    request.connection = connection;
    if (connection === undefined) {
      if (this.#isClosed) request.refuse();
      else this.#waiting.add(request);
    }
    return connection;
  }

  /** It waits no longer. */
  withdraw(request: WireRequest): void {
    this.#waiting.delete(request);
  }

  /** It is over: its connection is free for the next. */
  giveBack(request: WireRequest): void {
    const { connection } = request;
    if (connection === undefined) return;
    request.connection = undefined;
    this.#idle.push(connection);
    // Later, for undici is still busy with the end of this one.
    if (this.#waiting.size > 0) queueMicrotask(() => this.#serve());
  }

  /** After it every request goes out on a connection that was opened, or has brought an answer, since. */
  resetIdle(): void {
    for (const connection of this.#idle) connection.reset();
  }

  /** Whether there was a connection at all: that tells a busy server from an absent one. */
  wereThere(sinceMs: number): boolean {
    return this.#changedMs >= sinceMs || this.#all.some((connection) => connection.isOpen());
  }

  state(): ConnectionState {
    if (!this.#all.some((connection) => connection.isOpen())) return "unconnected";
    return this.#waiting.size === 0 ? "free" : "crowded";
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const request of this.#waiting) request.refuse();
    this.#waiting.clear();
    await Promise.all(this.#all.map((connection) => connection.close()));
  }

  #serve(): void {
    for (const request of this.#waiting) {
      const connection = this.#take();
      if (connection === undefined) return;
      this.#waiting.delete(request);
      request.connection = connection;
      connection.carry(request);
    }
  }

  /** The one that answered last is the surest to be good. */
  #take(): Connection | undefined {
    const index = this.#idle.findLastIndex((connection) => connection.isOpen());
    if (index >= 0 || this.#idle.length > 0) return this.#idle.splice(index, 1)[0];
    if (this.#all.length >= this.#settings.connections) return undefined;
    const connection = new Connection(this.#settings, () => {
      this.#changedMs = this.#clock.monotonicMs();
    });
    this.#all.push(connection);
    return connection;
  }
}
