import type { Dispatcher } from "undici";
import type { Cancel, Clock } from "../base/clock.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { Answer } from "./answers.ts";
import {
  type Circumstances,
  closedFailure,
  connectionFailure,
  ExpiredInQueue,
  expiredFailure,
  isClosedByPeer,
  type Progress,
  tooLongAnswer,
} from "./connection-failure.ts";
import { type Connection, type ConnectionSettings, Connections, type WireRequest } from "./connections.ts";
import type { ValtFailure } from "./failure.ts";

/** One HTTP request, ready to be written. */
export interface Call {
  readonly method: "GET" | "POST";
  /** With prefix and query, as it goes on the wire. */
  readonly path: string;
  /** JSON text. */
  readonly body?: string | undefined;
  /** Monotonic: from this moment on the request must not be sent any more. */
  readonly sendBeforeMs?: number | undefined;
  /** Sent twice it does what it does when it is sent once, as every GET. */
  readonly isRepeatable?: boolean;
  /** A longer answer is not read to its end. */
  readonly mostBytes: number;
}

export interface TransportSettings extends ConnectionSettings {
  readonly deadlineMs: number;
}

/** Kept-alive connections to one server. What is given up is taken back as far as the network allows. */
export interface Transport {
  /**
   * Hands the request over during this very call when a connection is free. Repeats it only when the server had closed an
   * idle connection just as it was used, and only what may be repeated.
   */
  send(call: Call): Promise<Result<Answer, ValtFailure>>;
  /** Breaks off what is under way and closes every connection. */
  close(): Promise<void>;
}

export function createTransport(settings: TransportSettings, clock: Clock): Transport {
  const connections = new Connections(settings, clock);
  return {
    send: (call) =>
      new Promise((resolve) => {
        const exchange = new Exchange(call, { resolve, clock, connections, settings });
        connections.dispatch(exchange);
        exchange.startDeadline();
      }),
    close: () => connections.close(),
  };
}

const JSON_HEADERS = ["content-type", "application/json"];

function optionsOf({ method, path, body }: Call): Dispatcher.DispatchOptions {
  return body === undefined ? { method, path } : { method, path, headers: JSON_HEADERS, body };
}

interface ExchangeTools {
  readonly resolve: (outcome: Result<Answer, ValtFailure>) => void;
  readonly clock: Clock;
  readonly connections: Connections;
  readonly settings: TransportSettings;
}

/**
 * Follows one request on the wire. A class, because a thousand of these are made a second and
 * methods on a prototype cost nothing to make.
 */
class Exchange implements WireRequest {
  readonly options: Dispatcher.DispatchOptions;
  connection: Connection | undefined;
  readonly #call: Call;
  readonly #tools: ExchangeTools;
  readonly #startedMs: number;
  #progress: "waiting" | "written" | "answered" = "waiting";
  #wasIdleConnection = false;
  #isRepeated = false;
  #settled = false;
  #cancelDeadline: Cancel | undefined;
  #httpStatus = 0;
  #location: string | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(call: Call, tools: ExchangeTools) {
    this.options = optionsOf(call);
    this.#call = call;
    this.#tools = tools;
    this.#startedMs = tools.clock.monotonicMs();
  }

  /** Called after the bytes are out: a timer is not worth a delay. */
  startDeadline(): void {
    if (this.#settled) return;
    this.#cancelDeadline = this.#tools.clock.after(this.#tools.settings.deadlineMs, () => this.#expire());
  }

  /** Last moment before the bytes are written. Throwing here drops the request and keeps the connection. */
  onRequestStart(): void {
    const { clock, settings } = this.#tools;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#startedMs >= settings.deadlineMs) this.#expire();
    const isTooLate = nowMs >= (this.#call.sendBeforeMs ?? Number.POSITIVE_INFINITY);
    if (this.#settled || isTooLate || this.#progress !== "waiting") throw new ExpiredInQueue();
    this.#progress = "written";
    this.#wasIdleConnection = this.connection?.isReused() ?? false;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    httpStatus: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    this.#progress = "answered";
    this.#httpStatus = httpStatus;
    if (typeof headers.location === "string") this.#location = headers.location;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#call.mostBytes) {
      this.#chunks.push(chunk);
      return;
    }
    this.#chunks = [];
    this.#settle(fail(tooLongAnswer(this.#call.mostBytes)));
    controller.abort(new Error("too long an answer"));
  }

  onResponseEnd(): void {
    this.connection?.noteAnswer();
    this.#tools.connections.giveBack(this);
    const [first] = this.#chunks;
    const bytes = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
    this.#settle(
      succeed({ httpStatus: this.#httpStatus, text: bytes.toString("utf8"), location: this.#location }),
    );
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#tools.connections.giveBack(this);
    if (this.#settled) return;
    const wasStale = this.#wasIdleConnection && this.#progress === "written" && isClosedByPeer(error);
    // The server may have closed the others with it.
    if (wasStale) this.#tools.connections.resetIdle();
    const mayRepeat = this.#call.method === "GET" || this.#call.isRepeatable === true;
    if (wasStale && mayRepeat && !this.#isRepeated) this.#repeat();
    else this.#settle(fail(connectionFailure(error, this.#circumstances(wasStale))));
  }

  refuse(): void {
    this.#settle(fail(closedFailure(this.#circumstances())));
  }

  #repeat(): void {
    this.#isRepeated = true;
    this.#progress = "waiting";
    // Later, for undici is still busy with the end of the first time.
    queueMicrotask(() => {
      if (!this.#settled) this.#tools.connections.dispatch(this);
    });
  }

  /** From here on nothing of it may reach the server any more. */
  #expire(): void {
    const { connections, clock } = this.#tools;
    const circumstances = this.#circumstances();
    const afterMs = Math.round(clock.monotonicMs() - this.#startedMs);
    this.#settle(fail(expiredFailure(circumstances, afterMs)));
    const { connection } = this;
    if (connection === undefined) connections.withdraw(this);
    // One that stands and was not written to is still good.
    else if (this.#progress !== "waiting" || !connection.isOpen()) connection.reset();
    // The others may be as dead as this one, and the next press must not be the one to find out.
    if (this.#progress !== "waiting") connections.resetIdle();
  }

  #circumstances(wasStale = false): Circumstances {
    const { clock, settings } = this.#tools;
    return { origin: settings.origin, progress: this.#howFar(), nowMs: clock.monotonicMs(), wasStale };
  }

  #howFar(): Progress {
    if (this.#progress !== "waiting") return this.#progress;
    const { connection } = this;
    const isThere = connection?.isOpen() ?? this.#tools.connections.wereThere(this.#startedMs);
    return isThere ? "queued" : "unconnected";
  }

  #settle(outcome: Result<Answer, ValtFailure>): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#cancelDeadline?.();
    this.#tools.resolve(outcome);
  }
}
