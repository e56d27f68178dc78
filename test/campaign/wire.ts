import { Duplex } from "node:stream";
import type { Clock } from "../../src/base/clock.ts";
import type { OpenConnection } from "../../src/valt/tls.ts";
import { Connection, type Leaving, type Path } from "./connection.ts";

export interface WireTools {
  readonly path: Path;
  /** Takes a connection that reaches the server; false where nobody listens. */
  accept(connection: Connection): boolean;
  /** The clock of the process: when that is dead, no timer of it fires. */
  readonly clockOfLife: Clock;
  readonly leaving: LeavingHabits;
}

export interface LeavingHabits {
  /**
   * What becomes of a connection that its process destroys. The product's own sockets ask for a reset; that the kernel
   * does that is tested on real ones.
   */
  readonly abandoning: Leaving;
  /** What the kernel does with the connections of a process that was killed, once the product has told it to reset them. */
  readonly killed: Leaving;
}

/** One process's connections to the server: the product's own transport runs on it. */
export interface Wire {
  readonly connect: OpenConnection;
  /** The process is killed: it hears nothing more. */
  kill(): void;
}

/** The product tells the kernel so long after the first connection: `reset-when-killed.ts`. */
const SET_AFTER_MS = 1000;
/** A client's kernel tries to connect at these moments. */
const SYN_MS = [0, 1000, 3000, 7000, 15_000];

export function createWire({ path, accept, clockOfLife, leaving }: WireTools): Wire {
  const sockets = new Set<CampaignSocket>();
  let isAlive = true;
  let isTelling = false;
  let isTold = false;

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

  function open(established: () => void): CampaignSocket {
    const socket = new CampaignSocket(leaving.abandoning);
    const answered = (answer: Connection | "refused") => {
      for (const cancel of cancels) cancel();
      if (answer === "refused") socket.destroy(coded("ECONNREFUSED"));
      else if (socket.establish(answer)) {
        tellLater();
        established();
      }
    };
    const cancels = SYN_MS.map((atMs) => clockOfLife.after(atMs, () => knock(answered)));
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      for (const cancel of cancels) cancel();
    });
    return socket;
  }

  function tellLater(): void {
    if (isTelling) return;
    isTelling = true;
    clockOfLife.after(SET_AFTER_MS, () => {
      isTold = true;
    });
  }

  const connect: Wire["connect"] = (_options, callback) => {
    let isDone = false;
    const done: typeof callback = (...outcome) => {
      if (isDone) return;
      isDone = true;
      callback(...outcome);
    };
    const socket = open(() => done(null, asProducts(socket)));
    socket.on("error", (error) => done(error, null));
    socket.once("close", () => done(coded("closed while it was being opened"), null));
    return asProducts(socket);
  };

  return {
    connect,
    kill() {
      isAlive = false;
      for (const socket of sockets) socket.orphan(isTold ? leaving.killed : "fin");
    },
  };
}

/** The product uses no more of a socket than this one has. */
function asProducts(socket: CampaignSocket): ReturnType<OpenConnection> {
  return socket as unknown as ReturnType<OpenConnection>;
}

/** As much of a socket as an HTTP client uses. */
class CampaignSocket extends Duplex {
  readonly #abandoning: Leaving;
  #connection: Connection | undefined;

  constructor(abandoning: Leaving) {
    super();
    this.#abandoning = abandoning;
  }

  /** False when nobody waits for it any more, or it stands already. */
  establish(connection: Connection): boolean {
    if (this.destroyed || this.#connection !== undefined) {
      connection.leave("reset");
      return false;
    }
    this.#connection = connection;
    connection.attach("client", {
      took: (bytes) => this.push(bytes),
      ended: (how) => (how === "fin" ? this.push(null) : this.destroy(coded("ECONNRESET"))),
    });
    return true;
  }

  override _read(): void {
    // What arrives is pushed.
  }

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.#connection?.write(bytes);
    done();
  }

  override _writev(chunks: readonly { readonly chunk: Buffer }[], done: () => void): void {
    this.#connection?.write(Buffer.concat(chunks.map(({ chunk }) => chunk)));
    done();
  }

  override _final(done: () => void): void {
    this.#connection?.leave("fin");
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#connection?.leave(this.#abandoning);
    done(error);
  }

  /** Its process is gone, and what that still knew of it may be forgotten. */
  orphan(how: Leaving): void {
    this.#connection?.leave(how);
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
