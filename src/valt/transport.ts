import type { buildConnector, Client, Dispatcher, Pool } from "undici";
import type { Cancel, Clock } from "../base/clock.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { Answer } from "./answers.ts";
import { connectionFailure, ExpiredInQueue, expiredFailure, type Progress } from "./connection-failure.ts";
import type { ValtFailure } from "./failure.ts";
import * as undici from "./undici.ts";

/** One HTTP request, ready to be written. */
export interface Call {
  readonly method: "GET" | "POST";
  /** With prefix and query, as it goes on the wire. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string | undefined;
  /** Monotonic: from this moment on the request must not be sent any more. */
  readonly sendBeforeMs?: number | undefined;
}

export interface TransportSettings {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly connect: buildConnector.connector;
  readonly connections: number;
  readonly deadlineMs: number;
}

/** One pool of kept-alive connections to one server. Never repeats a request on its own. */
export interface Transport {
  /** Writes the request during this very call when a connection is free. */
  send(call: Call): Promise<Result<Answer, ValtFailure>>;
  /** Breaks off what is under way and closes every connection. */
  close(): Promise<void>;
}

export function createTransport(settings: TransportSettings, clock: Clock): Transport {
  const clients = new Set<Client>();
  const pool = new undici.Pool(settings.origin, {
    connect: settings.connect,
    connections: settings.connections,
    pipelining: 1,
    // A press must find a warm connection. A server that announces less is obeyed.
    keepAliveTimeout: 60_000,
    // The deadline below is exact; undici's own timers are not.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: LONGEST_ANSWER_BYTES,
    factory: (origin, options) => keepTrack(new undici.Client(origin, options), clients),
  });
  const contact = createContact(pool, clock);
  return {
    send: (call) =>
      new Promise((resolve) => {
        const exchange = new Exchange(call, { resolve, clock, contact, settings });
        pool.dispatch(call.body === undefined ? getOptions(call) : postOptions(call), exchange);
        exchange.startDeadline();
      }),
    async close() {
      const closing = [...clients].map((client) => client.destroy());
      await Promise.all([pool.destroy(), ...closing]);
    },
  };
}

/** The longest list of a large site is far below this; more is not an answer but an accident. */
const LONGEST_ANSWER_BYTES = 16 * 1024 * 1024;

const JSON_HEADERS = ["content-type", "application/json"];

function getOptions(call: Call): Dispatcher.DispatchOptions {
  return { method: call.method, path: call.path };
}

function postOptions(call: Call): Dispatcher.DispatchOptions {
  return { method: call.method, path: call.path, headers: JSON_HEADERS, body: call.body ?? null };
}

/**
 * The pool forgets a client whose connection failed, though that client may have requests left and
 * connect for them. It is closed here as soon as it is idle, so that connections stay as few as
 * allowed, and together with the others at the end.
 */
function keepTrack(client: Client, clients: Set<Client>): Client {
  let isForgotten = false;
  const dismissIdle = () => {
    if (!isForgotten || client.stats.size > 0 || !clients.delete(client)) return;
    client.destroy(() => undefined);
  };
  clients.add(client);
  // A microtask later, for the pool hears of the same events and may hand over waiting requests.
  client.on("drain", () => queueMicrotask(dismissIdle));
  client.on("connectionError", () => {
    isForgotten = true;
    queueMicrotask(dismissIdle);
  });
  return client;
}

/** Whether there was a connection at all, for telling a busy server from an absent one. */
interface Contact {
  wasThere(sinceMs: number): boolean;
  note(): void;
}

function createContact(pool: Pool, clock: Clock): Contact {
  let lastMs = Number.NEGATIVE_INFINITY;
  const note = () => {
    lastMs = clock.monotonicMs();
  };
  pool.on("connect", note);
  pool.on("disconnect", note);
  return { note, wasThere: (sinceMs) => lastMs >= sinceMs || pool.stats.connected > 0 };
}

interface ExchangeTools {
  readonly resolve: (outcome: Result<Answer, ValtFailure>) => void;
  readonly clock: Clock;
  readonly contact: Contact;
  readonly settings: TransportSettings;
}

/**
 * Follows one request on the wire. A class, because a thousand of these are made a second and
 * methods on a prototype cost nothing to make.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #sendBeforeMs: number;
  readonly #tools: ExchangeTools;
  readonly #startedMs: number;
  #settled = false;
  #cancelDeadline: Cancel | undefined;
  #controller: Dispatcher.DispatchController | undefined;
  #httpStatus = 0;
  #location: string | undefined;
  #chunks: Buffer[] = [];

  constructor(call: Call, tools: ExchangeTools) {
    this.#sendBeforeMs = call.sendBeforeMs ?? Number.POSITIVE_INFINITY;
    this.#tools = tools;
    this.#startedMs = tools.clock.monotonicMs();
  }

  /** Called after the bytes are out: a timer is not worth a delay. */
  startDeadline(): void {
    if (this.#settled) return;
    this.#cancelDeadline = this.#tools.clock.after(this.#tools.settings.deadlineMs, () => this.#expire());
  }

  /**
   * Last moment before the bytes are written. Throwing here makes undici drop the request and keep
   * the connection; its `abort` would cost the connection.
   */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    const nowMs = this.#tools.clock.monotonicMs();
    if (nowMs - this.#startedMs >= this.#tools.settings.deadlineMs) this.#expire();
    if (this.#settled || nowMs >= this.#sendBeforeMs) throw new ExpiredInQueue();
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    httpStatus: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#httpStatus = httpStatus;
    if (typeof headers.location === "string") this.#location = headers.location;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#settle(
      succeed({ httpStatus: this.#httpStatus, text: bytes.toString("utf8"), location: this.#location }),
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const { origin } = this.#tools.settings;
    this.#settle(fail(connectionFailure(error, { origin, wasSent: this.#controller !== undefined })));
  }

  #expire(): void {
    const { settings, contact, clock } = this.#tools;
    const afterMs = Math.round(clock.monotonicMs() - this.#startedMs);
    const progress = this.#progress();
    // Breaking off costs this connection; those still waiting must not take that for an absent server.
    if (progress === "sent") contact.note();
    this.#settle(fail(expiredFailure(progress, { origin: settings.origin, afterMs })));
    this.#controller?.abort(new Error("deadline"));
  }

  #progress(): Progress {
    if (this.#controller !== undefined) return "sent";
    return this.#tools.contact.wasThere(this.#startedMs) ? "queued" : "unconnected";
  }

  #settle(outcome: Result<Answer, ValtFailure>): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#cancelDeadline?.();
    this.#tools.resolve(outcome);
  }
}
