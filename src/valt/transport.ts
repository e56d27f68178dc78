import type { Dispatcher } from "undici";
import type { Cancel, Clock } from "../base/clock.ts";
import { fail, type Result, succeed } from "../base/result.ts";
import type { Answer } from "./answers.ts";
import { type BodyHeaders, bodyText, isPlain, unpack } from "./body-text.ts";
import {
  type Circumstances,
  closedFailure,
  connectionFailure,
  ExpiredInQueue,
  expiredFailure,
  isClosedByPeer,
  type Progress,
  SENT_ELSEWHERE,
  tooLongAnswer,
  unreadableAnswer,
} from "./connection-failure.ts";
import {
  type Connection,
  type ConnectionSettings,
  type ConnectionState,
  Connections,
  type WireRequest,
} from "./connections.ts";
import type { ValtFailure } from "./failure.ts";
import { parseShort } from "./json-text.ts";
import type { WritePermit } from "./write-permit.ts";

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
  /** Present where several addresses try to send it. */
  readonly permit?: WritePermit | undefined;
  /** Monotonic: it is given up then, where its deadline is later. */
  readonly untilMs?: number | undefined;
}

interface TransportSettings extends ConnectionSettings {
  readonly deadlineMs: number;
}

/** Kept-alive connections to one server. What is given up is taken back as far as the network allows. */
export interface Transport {
  /**
   * Hands the request over during this very call when a connection is free. Repeats it only when the server had closed an
   * idle connection just as it was used, and only what may be repeated.
   */
  send(call: Call): Promise<Result<Answer, ValtFailure>>;
  /** Whether there is a connection, and nobody waits for one. */
  state(): ConnectionState;
  /** Breaks off what is under way and closes every connection. */
  close(): Promise<void>;
}

/** Opens connections when they are needed. */
export function createTransport(settings: TransportSettings, clock: Clock): Transport {
  const connections = new Connections(settings, clock);
  return {
    send(call) {
      const exchange = new Exchange(call, { clock, connections, settings });
      connections.lend(exchange)?.carry(exchange);
      exchange.startDeadline();
      return exchange.outcome;
    },
    state: () => connections.state(),
    close: () => connections.close(),
  };
}

/** Firewalls for web applications refuse requests without a name and without `accept`. */
const HEADERS = [
  "user-agent",
  "valt-panel-bridge",
  "accept",
  "application/json, */*;q=0.1",
  "accept-encoding",
  "identity",
];
const JSON_HEADERS = [...HEADERS, "content-type", "application/json"];

function optionsOf({ method, path, body }: Call): Dispatcher.DispatchOptions {
  return body === undefined
    ? { method, path, headers: HEADERS }
    : { method, path, headers: JSON_HEADERS, body };
}

/** A server that states a length which never comes is silent for so long after a whole JSON text. */
const SILENCE_MS = 100;
const LONGEST_IN_SILENCE = 65_536;

interface AnswerHeaders extends BodyHeaders {
  readonly location?: string | undefined;
  readonly challenge?: string | undefined;
  /** As many as there will be, if the server is right; without end when it does not say. */
  readonly bytes?: number;
}

function oneOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Closing brackets, and the line ends that some write behind them. */
const ENDS_OF_JSON = [0x7d, 0x5d, 0x0a, 0x0d, 0x20];

interface ExchangeTools {
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
  readonly outcome: Promise<Result<Answer, ValtFailure>>;
  #resolve: (outcome: Result<Answer, ValtFailure>) => void = () => undefined;
  readonly #call: Call;
  readonly #tools: ExchangeTools;
  readonly #startedMs: number;
  readonly #deadlineMs: number;
  #progress: "waiting" | "written" | "answered" = "waiting";
  #wasIdleConnection = false;
  #isRepeated = false;
  #settled = false;
  #cancelDeadline: Cancel | undefined;
  #cancelSilence: Cancel | undefined;
  #httpStatus = 0;
  #headers: AnswerHeaders = {};
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(call: Call, tools: ExchangeTools) {
    this.options = optionsOf(call);
    this.#call = call;
    this.#tools = tools;
    this.outcome = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#startedMs = tools.clock.monotonicMs();
    const { untilMs = Number.POSITIVE_INFINITY } = call;
    this.#deadlineMs = Math.max(0, Math.min(tools.settings.deadlineMs, untilMs - this.#startedMs));
  }

  /** Called after the bytes are out: a timer is not worth a delay. */
  startDeadline(): void {
    if (this.#settled) return;
    this.#cancelDeadline = this.#tools.clock.after(this.#deadlineMs, () => this.#expire());
    this.#call.permit?.whenLost(() => this.#withdraw());
  }

  /** Last moment before the bytes are written. Throwing here drops the request and keeps the connection. */
  onRequestStart(): void {
    const nowMs = this.#tools.clock.monotonicMs();
    const { sendBeforeMs = Number.POSITIVE_INFINITY, permit } = this.#call;
    if (nowMs - this.#startedMs >= this.#deadlineMs) this.#expire();
    if (this.#settled || nowMs >= sendBeforeMs || this.#progress !== "waiting") throw new ExpiredInQueue();
    if (permit?.take() === false) throw new ExpiredInQueue();
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
    this.#headers = {
      location: oneOf(headers.location),
      challenge: oneOf(headers["www-authenticate"]),
      encoding: oneOf(headers["content-encoding"]),
      type: oneOf(headers["content-type"]),
      bytes: Number(oneOf(headers["content-length"]) ?? Number.POSITIVE_INFINITY),
    };
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes <= this.#call.mostBytes) {
      this.#chunks.push(chunk);
      if (this.#bytes < (this.#headers.bytes ?? 0)) this.#watchForSilence();
      return;
    }
    this.#chunks = [];
    this.#settle(fail(tooLongAnswer(this.#call.mostBytes)));
    controller.abort(new Error("too long an answer"));
  }

  onResponseEnd(): void {
    this.connection?.noteAnswer();
    this.#tools.connections.giveBack(this);
    const bytes = this.#body();
    if (isPlain(bytes, this.#headers)) this.#settle(succeed(this.#answer(bytes)));
    else void this.#settleUnpacked(bytes);
  }

  async #settleUnpacked(bytes: Buffer): Promise<void> {
    const { mostBytes } = this.#call;
    const unpacked = await unpack(bytes, this.#headers, mostBytes);
    if (unpacked.ok) this.#settle(succeed(this.#answer(unpacked.value)));
    else if (unpacked.failure === "too long") this.#settle(fail(tooLongAnswer(mostBytes)));
    else this.#settle(fail(unreadableAnswer(unpacked.failure.compression)));
  }

  #body(): Buffer {
    const [first] = this.#chunks;
    return this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks);
  }

  #answer(bytes: Buffer): Answer {
    const { location, challenge } = this.#headers;
    return { httpStatus: this.#httpStatus, text: bodyText(bytes, this.#headers), location, challenge };
  }

  #watchForSilence(): void {
    this.#cancelSilence?.();
    this.#cancelSilence = undefined;
    const last = this.#chunks.at(-1)?.at(-1) ?? 0;
    if (!ENDS_OF_JSON.includes(last) || this.#bytes > LONGEST_IN_SILENCE) return;
    this.#cancelSilence = this.#tools.clock.after(SILENCE_MS, () => {
      const { connection } = this;
      if (this.#settleWhole()) connection?.reset();
    });
  }

  /** Nothing can follow a whole JSON text: however the answer ends, this was all of it. */
  #settleWhole(): boolean {
    const bytes = this.#body();
    if (this.#progress !== "answered" || bytes.length > LONGEST_IN_SILENCE || !isPlain(bytes, this.#headers))
      return false;
    const answer = this.#answer(bytes);
    const parsed = parseShort(answer.text);
    if (!parsed.ok || typeof parsed.value !== "object") return false;
    this.#settle(succeed(answer));
    return true;
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#tools.connections.giveBack(this);
    if (this.#settled || this.#settleWhole()) return;
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
      if (!this.#settled) this.#tools.connections.lend(this)?.carry(this);
    });
  }

  /** From here on nothing of it may reach the server any more. */
  #expire(): void {
    const { connections, clock } = this.#tools;
    const circumstances = this.#circumstances();
    const afterMs = Math.round(clock.monotonicMs() - this.#startedMs);
    this.#settle(fail(expiredFailure(circumstances, afterMs)));
    this.#leave();
    // The others may be as dead as this one, and the next press must not be the one to find out.
    if (this.#progress !== "waiting") connections.resetIdle();
  }

  /** Another address has it. What has been written here keeps its deadline. */
  #withdraw(): void {
    if (this.#settled || this.#progress !== "waiting") return;
    this.#settle(fail(SENT_ELSEWHERE));
    this.#leave();
  }

  #leave(): void {
    const { connection } = this;
    if (connection === undefined) this.#tools.connections.withdraw(this);
    // One that stands and was not written to is still good.
    else if (this.#progress !== "waiting" || !connection.isOpen()) connection.reset();
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
    this.#cancelSilence?.();
    this.#resolve(outcome);
  }
}
