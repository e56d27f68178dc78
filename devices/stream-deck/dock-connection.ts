import { connect, type Socket } from "node:net";
import { type Clock, fail, type OpenFailure, type Result, succeed } from "../../src/driver/contract.ts";
import type { HidEars } from "../../src/driver/hid/handle.ts";
import { connectFailure, type DockEndpoint, silentFailure } from "./dock-failures.ts";
import { createDockFramer, type DockMessage, type DockPacket, encodeDockMessage } from "./dock-packet.ts";

/** One TCP connection to a dock, a Studio, or a deck behind one; keeps itself alive. */
export interface DockConnection {
  /** Resolves when the bytes have left; rejects when the connection is gone. */
  send(message: DockMessage): Promise<void>;
  /** Asks for a feature report; the answer starts as it does on USB, or with 03 and the id from the box. */
  ask(id: number, to: DockMessage["to"]): Promise<Buffer>;
  /** Input reports of the deck, and news of what is plugged into the dock, from now on. */
  listen(ears: HidEars & { plugged?(report: Buffer): void }): void;
  close(): void;
}

const CONNECT_WITHIN_MS = 5000;
const ANSWER_WITHIN_MS = 3000;
/** A dock that says nothing for so long is gone; it sends a keep-alive each second or so. */
const SILENT_MS = 5000;
/** Asked about by 1C: what is plugged into the dock; it also comes unasked when that changes. */
export const PLUGGED = 0x1c;

/** Resolves once the dock has spoken, since only then it is known how to answer. */
export function connectDock(
  endpoint: DockEndpoint,
  clock: Clock,
): Promise<Result<DockConnection, OpenFailure>> {
  return new Promise((resolve) => {
    const socket = connect(endpoint.port, endpoint.host);
    socket.setNoDelay(true);
    const cancel = clock.after(CONNECT_WITHIN_MS, () => {
      socket.destroy();
      resolve(fail(silentFailure(endpoint)));
    });
    const line = new DockLine(socket, clock, () => {
      cancel();
      resolve(succeed(line));
    });
    socket.on("error", (error) => line.end(error.message, error));
    socket.on("close", () => {
      cancel();
      line.end("the dock closed the connection");
      // Without effect once it has spoken.
      resolve(fail(connectFailure(endpoint, line.error)));
    });
  });
}

class DockLine implements DockConnection {
  error: Error | undefined;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #spoken: () => void;
  readonly #framer = createDockFramer();
  readonly #questions = new Map<number, Question>();
  readonly #endWatch: () => void;
  #ears: Parameters<DockConnection["listen"]>[0] | undefined;
  #lastHeardMs: number;
  #hasEnded = false;

  constructor(socket: Socket, clock: Clock, spoken: () => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#spoken = spoken;
    this.#lastHeardMs = clock.monotonicMs();
    this.#endWatch = clock.every(1000, () => {
      if (clock.monotonicMs() - this.#lastHeardMs > SILENT_MS)
        this.end(`the dock has said nothing for ${SILENT_MS / 1000} s`);
    });
    socket.on("data", (bytes) => this.#hear(bytes));
  }

  listen(ears: Parameters<DockConnection["listen"]>[0]): void {
    this.#ears = ears;
    if (this.#hasEnded) ears.failed("the dock closed the connection");
  }

  send(message: DockMessage): Promise<void> {
    const dialect = this.#framer.dialect();
    if (this.#hasEnded || dialect === undefined)
      return Promise.reject(new Error("the dock is not connected"));
    return new Promise((resolve, reject) => {
      this.#socket.write(encodeDockMessage(dialect, message), (error) => (error ? reject(error) : resolve()));
    });
  }

  async ask(id: number, to: DockMessage["to"]): Promise<Buffer> {
    const answer = new Promise<Buffer>((resolve, reject) => {
      const cancel = this.#clock.after(ANSWER_WITHIN_MS, () => reject(new Error("the dock does not answer")));
      this.#questions.set(id, { resolve, reject, cancel });
    });
    const payload = to === "box" ? Uint8Array.of(0x03, id) : Uint8Array.of(id);
    this.send({ kind: "ask", to, payload, messageId: id }).catch((error: Error) =>
      this.#questions.get(id)?.reject(error),
    );
    try {
      return await answer;
    } finally {
      this.#questions.get(id)?.cancel();
      this.#questions.delete(id);
    }
  }

  close(): void {
    this.#ears = undefined;
    this.end("closed");
  }

  end(reason: string, error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.error = error ?? new Error(reason);
    this.#endWatch();
    // What was written last, the closing frame, still goes out.
    if (reason === "closed") this.#socket.destroySoon();
    else this.#socket.destroy();
    for (const question of this.#questions.values()) question.reject(new Error(reason));
    this.#ears?.failed(reason);
  }

  #hear(bytes: Buffer): void {
    this.#lastHeardMs = this.#clock.monotonicMs();
    if (this.#hasEnded) return;
    const packets = this.#framer.push(bytes);
    if (packets === "malformed") this.end("what answers there does not speak like a dock");
    else for (const packet of packets) this.#take(packet);
  }

  #take(packet: DockPacket): void {
    const { payload } = packet;
    const [first, second = 0] = payload;
    const question = this.#questions.get(first === 0x03 ? second : (first ?? 0));
    if (first === 0x01 && second === 0x0a) this.#stayAlive(packet);
    else if (first === 0x01 && second === 0x0b) this.#takePlugged(payload);
    else if (first === 0x01) this.#ears?.report(payload);
    else question?.resolve(payload);
  }

  /** An answer to the question, or news. */
  #takePlugged(payload: Buffer): void {
    const question = this.#questions.get(PLUGGED);
    if (question === undefined) this.#ears?.plugged?.(payload);
    else question.resolve(payload);
  }

  /** The dock counts its connections and drops one that does not answer with its number. */
  #stayAlive({ payload, operation, messageId }: DockPacket): void {
    const answer = Uint8Array.of(0x03, 0x1a, payload[5] ?? 0);
    this.send({ kind: "alive", to: "box", payload: answer, operation, messageId }).catch(() => undefined);
    this.#spoken();
  }
}

interface Question {
  resolve(answer: Buffer): void;
  reject(error: Error): void;
  cancel(): void;
}
