import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { buildConnector } from "undici";
import type { Clock } from "../../src/base/clock.ts";
import { Connection, type Leaving, type Path } from "./connection.ts";

export interface WireTools {
  readonly path: Path;
  /** Takes a connection that reaches the server; false where nobody listens. */
  accept(connection: Connection): boolean;
  /** The clock of the process: when that is dead, no timer of it fires. */
  readonly clockOfLife: Clock;
  readonly deadlineMs: number;
  readonly leaving: LeavingHabits;
}

export interface LeavingHabits {
  /** What becomes of a connection on which a process breaks off a request, whatever it asks its kernel for. */
  readonly abandoning: Leaving | "as-asked";
  /** What the kernel does with the connections of a process that was killed. */
  readonly dying: Leaving;
}

/** One process's connections to the server: the product's own transport runs on it. */
export interface Wire {
  readonly connect: buildConnector.connector;
  /** The process is killed: it hears nothing more. */
  die(): void;
}

/** A client's kernel tries to connect at these moments. */
const SYN_MS = [0, 1000, 3000, 7000];

export function createWire({ path, accept, clockOfLife, deadlineMs, leaving }: WireTools): Wire {
  const sockets = new Set<CampaignSocket>();
  let isAlive = true;

  /** One attempt: there and back. */
  function knock(tell: (answer: Connection | "refused") => void): void {
    const { weather, chance, clock } = path;
    const passes = () =>
      weather.way === "open" && !(weather.loss > 0 && chance.happens(weather.loss)) && isAlive;
    if (!passes()) return;
    const halfMs = chance.whole(...weather.latencyMs);
    clock.after(halfMs, () => {
      const connection = new Connection(path);
      const answer = accept(connection) ? connection : "refused";
      clock.after(halfMs, () => {
        if (passes()) tell(answer);
      });
    });
  }

  const connect: Wire["connect"] = (_options, callback) => {
    let isOver = false;
    const end = (outcome: Error | Connection) => {
      for (const cancel of cancels) cancel();
      if (isOver) return outcome instanceof Error ? undefined : outcome.leave("reset");
      isOver = true;
      if (outcome instanceof Error) return callback(outcome, null);
      const socket = new CampaignSocket(outcome, leaving.abandoning);
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // The client uses no more of a socket than this one has.
      callback(null, socket as unknown as Socket);
    };
    const tryAgain = () => knock((answer) => end(answer === "refused" ? coded("ECONNREFUSED") : answer));
    const cancels = [
      ...SYN_MS.map((atMs) => clockOfLife.after(atMs, tryAgain)),
      clockOfLife.after(deadlineMs, () => end(coded("UND_ERR_CONNECT_TIMEOUT"))),
    ];
  };

  return {
    connect,
    die() {
      isAlive = false;
      for (const socket of sockets) socket.orphan(leaving.dying);
    },
  };
}

/** As much of a socket as an HTTP client uses. */
class CampaignSocket extends Duplex {
  readonly #connection: Connection;
  readonly #abandoning: LeavingHabits["abandoning"];
  #asked: Leaving = "fin";

  constructor(connection: Connection, abandoning: LeavingHabits["abandoning"]) {
    super();
    this.#connection = connection;
    this.#abandoning = abandoning;
    connection.attach("client", {
      took: (bytes) => this.push(bytes),
      ended: (how) => (how === "fin" ? this.push(null) : this.destroy(coded("ECONNRESET"))),
    });
  }

  override _read(): void {
    // What arrives is pushed.
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#connection.write(bytes);
    done();
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#connection.write(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }

  override _final(done: () => void): void {
    this.#connection.leave("fin");
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection.leave(this.#abandoning === "as-asked" ? this.#asked : this.#abandoning);
    done(error);
  }

  resetAndDestroy(): this {
    this.#asked = "reset";
    return this.destroy();
  }

  /** Its process is gone, and what that still knew of it may be forgotten. */
  orphan(how: Leaving): void {
    this.#connection.leave(how);
    this.destroy();
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}

function coded(code: string): Error {
  return Object.assign(new Error(code), { code });
}
